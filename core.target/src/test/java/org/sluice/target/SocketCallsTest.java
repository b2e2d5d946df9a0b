package org.sluice.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;

@Timeout(60)
class SocketCallsTest {

    private static final Bytes LOOPBACK = Bytes.of((byte) 127, (byte) 0, (byte) 0, (byte) 1);
    private static final int SIGUSR1 = 10;
    private static final int TRIES = 2000;

    private final Pidfds pidfds = new Pidfds(8);
    private final Interruptions interruptions = new Interruptions();
    private final SocketCalls calls = new SocketCalls(interruptions);
    private Child child;
    private Child outsider;

    @BeforeEach
    void start() throws IOException {
        child = new Child();
        outsider = new Child();
    }

    @AfterEach
    void stop() throws Exception {
        child.close();
        outsider.close();
        interruptions.close();
        pidfds.close();
    }

    @Test
    void bindsTheTargetsOwnSocket() throws IOException {
        child.run("s = socket.socket(); t = socket.socket()");
        try (PinnedSocket socket = pin("s.fileno()");
                PinnedSocket other = pin("t.fileno()")) {
            assertEquals(0, calls.bind(socket, inet(0)));
            int port = child.number("s.getsockname()[1]");
            assertTrue(port > 0);
            assertEquals(-Errno.EADDRINUSE, calls.bind(other, inet(port)));
            assertEquals(-Errno.EINVAL, calls.bind(socket, inet(0)), "it is bound already");
            assertEquals(-Errno.EAFNOSUPPORT, calls.bind(other, new Address.Other(0, Bytes.of(new byte[] {
                0, 80, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0
            }))));
        }
    }

    @Test
    void bindsAbstractNamesAndLetsTheKernelChoose() throws IOException {
        child.run("s = socket.socket(1); t = socket.socket(1)");
        Bytes name = Bytes.utf8("sluice-" + child.pid() + "\0x");
        try (PinnedSocket socket = pin("s.fileno()");
                PinnedSocket other = pin("t.fileno()")) {
            assertEquals(0, calls.bind(socket, new Address.UnixAbstract(name)));
            assertEquals(new Address.UnixAbstract(name), socket.local().orElseThrow());
            assertEquals(-Errno.EADDRINUSE, calls.bind(other, new Address.UnixAbstract(name)));
            assertEquals(0, calls.bind(other, new Address.UnixUnnamed()));
            assertEquals(
                    5,
                    ((Address.UnixAbstract) other.local().orElseThrow()).name().length());
        }
    }

    @Test
    void aPathIsNeverUsedUnresolved() throws IOException {
        child.run("s = socket.socket(1)");
        try (PinnedSocket socket = pin("s.fileno()")) {
            Address path = new Address.UnixPath(Bytes.utf8("/tmp/never"));
            assertThrows(IllegalArgumentException.class, () -> calls.bind(socket, path));
        }
    }

    @Test
    void anExclusiveBindSharesAPortWithNobody() throws IOException {
        String shared = "s = socket.socket(); s.setsockopt(1, 15, 1); s.setsockopt(1, 2, 1)";
        outsider.run(shared);
        outsider.run("s.bind(('127.0.0.1', 0))");
        int port = outsider.number("s.getsockname()[1]");
        child.run(shared);
        try (PinnedSocket socket = pin("s.fileno()")) {
            assertEquals(-Errno.EADDRINUSE, calls.bindExclusive(socket, inet(port)));
            assertEquals("(1, 1)", child.run("(s.getsockopt(1, 15), s.getsockopt(1, 2))"), "as before");
            assertEquals(0, calls.bind(socket, inet(port)), "without the claim it joins");
        }
    }

    @Test
    void aClaimTellsTheAddress() throws IOException {
        child.run("s = socket.socket(); t = socket.socket(); u = socket.socket(1)");
        try (PinnedSocket socket = pin("s.fileno()");
                PinnedSocket other = pin("t.fileno()");
                PinnedSocket unix = pin("u.fileno()")) {
            Address at = calls.claim(socket, inet(0)).get().orElseThrow();
            int port = child.number("s.getsockname()[1]");
            assertEquals(inet(port), at);
            assertEquals(Errno.EADDRINUSE, calls.claim(other, inet(port)).errno());
            assertEquals(Errno.EINVAL, calls.claim(socket, inet(0)).errno(), "it is bound already");
            Address name = new Address.UnixAbstract(Bytes.utf8("sluice-claim-" + child.pid()));
            assertEquals(name, calls.claim(unix, name).get().orElseThrow());
        }
    }

    /** The options are put off, each alone and both. */
    @Test
    void aClaimSharesAPortWithNobody() throws IOException {
        outsider.run("s = socket.socket(); s.setsockopt(1, 15, 1); s.setsockopt(1, 2, 1)");
        outsider.run("s.bind(('127.0.0.1', 0))");
        int port = outsider.number("s.getsockname()[1]");
        for (int options = 0; options < 4; options++) {
            child.run("s = socket.socket(); s.setsockopt(1, 2, " + (options & 1) + "); s.setsockopt(1, 15, "
                    + (options >> 1) + ")");
            try (PinnedSocket socket = pin("s.fileno()")) {
                assertEquals(Errno.EADDRINUSE, calls.claim(socket, inet(port)).errno());
                assertTrue(calls.claim(socket, inet(0)).succeeded());
                assertEquals(
                        "(" + (options & 1) + ", " + (options >> 1) + ")",
                        child.run("(s.getsockopt(1, 2), s.getsockopt(1, 15))"));
            }
        }
    }

    /** Each with a table and a connection to the kernel of its own, as two supervisors have. */
    @Test
    void twoSupervisorsNeverGetAPortTogetherThatOldConnectionsHold() throws Exception {
        int port = abandoned();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        CyclicBarrier start = new CyclicBarrier(2);
        int[] winners = new int[3];
        try (PortTable first = new PortTable();
                PortTable second = new PortTable()) {
            for (int i = 0; i < TRIES; i++) {
                try (PinnedSocket one = reusing();
                        PinnedSocket two = reusing()) {
                    Future<Boolean> other = threads.submit(() -> wins(start, second, two, port));
                    Future<Boolean> mine = threads.submit(() -> wins(start, first, one, port));
                    winners[(mine.get() ? 1 : 0) + (other.get() ? 1 : 0)]++;
                }
            }
        } finally {
            threads.shutdown();
        }
        assertEquals(0, winners[2], "both had it");
        assertEquals(TRIES, winners[1], "one had it");
    }

    private boolean wins(CyclicBarrier start, PortTable ports, PinnedSocket socket, int port) throws Exception {
        SocketCalls supervisor = new SocketCalls(interruptions, ports);
        start.await();
        return supervisor.claim(socket, inet(port)).succeeded();
    }

    /** A port of which nothing is left but a connection. */
    private int abandoned() throws IOException {
        outsider.run("l = socket.socket(); l.setsockopt(1, 2, 1); l.bind(('127.0.0.1', 0)); l.listen()");
        outsider.run("c = socket.create_connection(l.getsockname()); a = l.accept()[0]");
        int port = outsider.number("l.getsockname()[1]");
        outsider.run("l.close()");
        return port;
    }

    private static PinnedSocket reusing() {
        int fd = (int) Linux.call(Nr.SOCKET, 2, 1 | 0x80000, 0);
        PinnedSocket socket = PinnedSocket.adopt(fd).get();
        PinnedSocket.setOption(fd, 2, 1);
        return socket;
    }

    /** Whoever could hold the lock for ever could hold the port as well. */
    @Test
    void aLockThatIsNeverGivenBackIsAPortThatIsTaken() throws IOException {
        int port = abandoned();
        try (PortTable ports = new PortTable();
                PinnedSocket socket = reusing()) {
            SocketCalls supervisor = new SocketCalls(interruptions, ports);
            outsider.run("h = socket.socket(1, 2); h.bind('\\0' + '" + PortLock.name(6, port) + "')");
            assertEquals(Errno.EADDRINUSE, supervisor.claim(socket, inet(port)).errno());
            outsider.run("h.close()");
            assertTrue(supervisor.claim(socket, inet(port)).succeeded());
            Descriptors before = Descriptors.now();
            assertEquals(Errno.EINVAL, supervisor.claim(socket, inet(port)).errno());
            before.assertNoMore();
        }
    }

    /** What a server meets that is started again while connections of its predecessor wait for their end. */
    @Test
    void anExclusiveBindGetsAPortThatOnlyOldConnectionsHold() throws IOException {
        outsider.run("l = socket.socket(); l.setsockopt(1, 2, 1); l.bind(('127.0.0.1', 0)); l.listen()");
        outsider.run("c = socket.create_connection(l.getsockname()); a = l.accept()[0]");
        int port = outsider.number("l.getsockname()[1]");
        child.run("s = socket.socket(); s.setsockopt(1, 2, 1)");
        try (PinnedSocket socket = pin("s.fileno()");
                PortTable ports = new PortTable()) {
            SocketCalls asking = new SocketCalls(interruptions, ports);
            assertEquals(-Errno.EADDRINUSE, asking.bindExclusive(socket, inet(port)), "there is a listener");
            outsider.run("l.close()");
            assertEquals(-Errno.EADDRINUSE, calls.bindExclusive(socket, inet(port)));
            assertEquals(0, asking.bindExclusive(socket, inet(port)), "a connection is left");
            assertEquals("1", child.run("s.getsockopt(1, 2)"));
        }
        child.run("t = socket.socket()");
        try (PinnedSocket socket = pin("t.fileno()");
                PortTable ports = new PortTable()) {
            assertEquals(-Errno.EADDRINUSE, new SocketCalls(interruptions, ports).bindExclusive(socket, inet(port)));
        }
    }

    @Test
    void connectsAndIsRefusedAsNatively() throws IOException {
        outsider.run("l = socket.socket(); l.bind(('127.0.0.1', 0))");
        int port = outsider.number("l.getsockname()[1]");
        child.run("s = socket.socket(); n = socket.socket(); n.setblocking(False)");
        try (PinnedSocket socket = pin("s.fileno()")) {
            assertEquals(-Errno.ECONNREFUSED, connect(socket, inet(port)));
            outsider.run("l.listen()");
            assertEquals(0, connect(socket, inet(port)));
            assertEquals("('127.0.0.1', " + port + ")", child.run("s.getpeername()"));
            assertEquals(-106, connect(socket, inet(port)), "EISCONN");
            assertEquals(0, connect(socket, new Address.Other(0, Bytes.of())), "AF_UNSPEC dissolves it");
            assertEquals("ENOTCONN", child.run("s.getpeername()"));
        }
    }

    @Test
    void aNonBlockingConnectDoesNotWait() throws IOException {
        Address full = fullListener();
        child.run("s = socket.socket(); s.setblocking(False)");
        try (PinnedSocket socket = pin("s.fileno()")) {
            assertEquals(-Errno.EINPROGRESS, connect(socket, full));
            assertEquals(-Errno.EALREADY, connect(socket, full));
        }
    }

    @Test
    void aBlockingConnectIsCancelled() throws Exception {
        endsEarly(interruption -> () -> interruption.cancel(), Interruption.Cause.CANCELLED);
    }

    @Test
    void aBlockingConnectEndsWithTheTarget() throws Exception {
        endsEarly(interruption -> () -> child.kill(), Interruption.Cause.DEATH);
    }

    @Test
    void aBlockingConnectEndsAtASignalOfTheTarget() throws Exception {
        child.run("import signal; signal.signal(10, lambda *ignored: None)");
        Interruption interruption = endsEarly(
                ignored -> () -> {
                    child.stop();
                    Linux.call(Nr.KILL, child.pid(), SIGUSR1);
                },
                Interruption.Cause.SIGNAL);
        assertTrue(interruption.restartable(), "it has one thread, so the signal is for that");
    }

    @Test
    void aCallGivenUpBeforehandIsNotMade() throws IOException {
        Interruption interruption = interruptions.watch(child.pid(), null);
        interruption.cancel();
        boolean[] made = {false};
        assertEquals(-Errno.EINTR, interruptions.run(interruption, () -> {
            made[0] = true;
            return 0;
        }));
        assertFalse(made[0]);
        assertEquals(0, interruptions.size());
    }

    /** A step that may throw. */
    private interface Step {
        void run() throws Exception;
    }

    private Interruption endsEarly(Function<Interruption, Step> what, Interruption.Cause cause) throws Exception {
        Address full = fullListener();
        child.run("s = socket.socket()");
        try (PinnedSocket socket = pin("s.fileno()");
                Pidfd thread = pidfds.acquire(child.pid()).get()) {
            Interruption interruption = interruptions.watch(child.pid(), thread);
            CompletableFuture<Integer> result =
                    CompletableFuture.supplyAsync(() -> calls.connect(socket, full, interruption));
            while (interruptions.size() == 0) {
                Thread.onSpinWait();
            }
            what.apply(interruption).run();
            assertEquals(-Errno.EINTR, result.get());
            assertEquals(cause, interruption.cause());
            return interruption;
        }
    }

    /** A listener whose queue is full, so that the kernel drops what asks for a connection. */
    private Address fullListener() throws IOException {
        outsider.run("l = socket.socket(); l.bind(('127.0.0.1', 0)); l.listen(0)");
        outsider.run("w = [socket.socket() for i in range(4)]; [x.setblocking(False) for x in w]");
        outsider.run("[x.connect_ex(l.getsockname()) for x in w]");
        return inet(outsider.number("l.getsockname()[1]"));
    }

    private int connect(PinnedSocket socket, Address address) {
        return calls.connect(socket, address, interruptions.watch(child.pid(), null));
    }

    private static Address.Inet inet(int port) {
        return new Address.Inet(LOOPBACK, port);
    }

    private PinnedSocket pin(String expression) throws IOException {
        return PinnedSocket.pin(pidfds, child.pid(), child.number(expression)).get();
    }
}
