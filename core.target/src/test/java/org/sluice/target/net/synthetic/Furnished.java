package org.sluice.target.net.synthetic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.target.net.Topology;

/** A synthetic network with an interface, and what its tests share. */
@Timeout(300)
abstract class Furnished {

    static final int SOCK_RAW = 3;
    static final int PID = 4711;

    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;

    static final byte[] LIST = Asking.dump(Rtnetlink.GETLINK)
            .body(0, 0, 0, 0)
            .word(0)
            .word(0)
            .word(0)
            .finish();

    final SyntheticNetwork network = new SyntheticNetwork("test");

    @BeforeEach
    void furnish() {
        network.furnish(Topology.of(List.of("eth0=10.1.2.3/24")));
    }

    @AfterEach
    void close() {
        network.close();
    }

    static long descriptors() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Whoever waits for a minute waits for ever. */
    static void failWhereNothingComes(Asker asker) {
        Block seconds = Block.allocate(16).putLong(0, 60);
        SysException.check(
                "SO_RCVTIMEO",
                seconds.with(at -> Linux.call(Nr.SETSOCKOPT, asker.fd(), SOL_SOCKET, SO_RCVTIMEO, at, 16, 0)));
    }

    static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }
}
