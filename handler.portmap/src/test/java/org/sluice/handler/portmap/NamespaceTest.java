package org.sluice.handler.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.Address;
import org.sluice.notify.Address.Inet;
import org.sluice.target.PinnedSocket;

/** A sandbox that was given a socket of another network namespace has ports of two worlds, which have nothing in common. */
class NamespaceTest {

    private static final int CLONE_NEWNET = 0x40000000;
    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;

    @Test
    void aPortThatIsTakenHereIsFreeThere() throws Exception {
        try (RealKernel kernel = new RealKernel();
                RealKernel outside = new RealKernel()) {
            Box box = new Box(kernel);
            PinnedSocket taken = outside.socket(AF_INET, SOCK_STREAM, 0);
            Inet port = (Inet) outside.perform("bind", taken, Optional.of(Script.inet("127.0.0.1!0")), false)
                    .address()
                    .orElseThrow();
            PinnedSocket here = kernel.socket(AF_INET, SOCK_STREAM, 0);
            Optional<PinnedSocket> made = elsewhere(kernel);
            Assumptions.assumeTrue(made.isPresent(), "only root can make a network namespace so");
            PinnedSocket there = made.get();
            assertNotEquals(here.namespace(), there.namespace());
            assertEquals(Optional.<Address>of(port), bind(box, here, port));
            assertNotEquals(Optional.<Address>of(port), here.local());
            // A new namespace has no address yet but the wildcard one.
            Inet any = Script.inet("0.0.0.0!" + port.port());
            assertEquals(Optional.<Address>of(any), bind(box, there, any));
            assertEquals(Optional.<Address>of(any), there.local(), "as it is");
        }
    }

    private static Optional<Address> bind(Box box, PinnedSocket socket, Inet address) {
        return box.call("bind", socket, Optional.of(address)).address();
    }

    /** A socket of a thread that left for a namespace of its own. */
    private static Optional<PinnedSocket> elsewhere(RealKernel kernel) throws Exception {
        FutureTask<Optional<PinnedSocket>> task = new FutureTask<>(() -> Linux.call(Nr.UNSHARE, CLONE_NEWNET) == 0
                ? Optional.of(kernel.socket(AF_INET, SOCK_STREAM, 0))
                : Optional.empty());
        new Thread(task, "elsewhere").start();
        return task.get();
    }
}
