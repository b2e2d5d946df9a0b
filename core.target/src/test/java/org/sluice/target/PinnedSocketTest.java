package org.sluice.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;

class PinnedSocketTest {

    private static final Bytes LOOPBACK = Bytes.of((byte) 127, (byte) 0, (byte) 0, (byte) 1);
    private final Pidfds pidfds = new Pidfds(8);
    private Child child;

    @BeforeEach
    void start() throws IOException {
        child = new Child();
    }

    @AfterEach
    void stop() throws Exception {
        child.close();
        pidfds.close();
    }

    @Test
    void anIpv6SocketTellsWhetherItKeepsOutOfIpv4() throws IOException {
        child.run("s = socket.socket(socket.AF_INET6); t = socket.socket()");
        try (PinnedSocket six = pin("s.fileno()");
                PinnedSocket four = pin("t.fileno()")) {
            assertFalse(six.v6Only());
            child.run("s.setsockopt(41, 26, 1)");
            assertTrue(six.v6Only());
            assertFalse(four.v6Only());
        }
    }

    @Test
    void knowsWhatTheSocketIs() throws IOException {
        child.run("s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)");
        try (PinnedSocket socket = pin("s.fileno()")) {
            assertEquals(10, socket.domain());
            assertEquals(2, socket.type());
            assertEquals(17, socket.protocol());
            assertTrue(socket.nonBlocking());
            assertEquals(child.number("os.fstat(s.fileno()).st_ino"), socket.inode());
            assertEquals(child.run("int.from_bytes(s.getsockopt(1, 57, 8), 'little')"), "" + socket.cookie());
            assertEquals(child.run("int.from_bytes(s.getsockopt(1, 71, 8), 'little')"), "" + socket.namespace());
            child.run("s.setblocking(True)");
            assertFalse(socket.nonBlocking());
            assertEquals(1, Linux.call(Nr.FCNTL, socket.fd(), 1) & 1, "close-on-exec");
        }
    }

    @Test
    void knowsItsNames() throws IOException {
        child.run("l = socket.socket(); l.bind(('127.0.0.1', 0)); l.listen()");
        child.run("c = socket.create_connection(l.getsockname())");
        int port = child.number("l.getsockname()[1]");
        try (PinnedSocket listening = pin("l.fileno()");
                PinnedSocket connected = pin("c.fileno()")) {
            assertEquals(Optional.of(new Address.Inet(LOOPBACK, port)), listening.local());
            assertEquals(Optional.empty(), listening.peer());
            assertEquals(Optional.of(new Address.Inet(LOOPBACK, port)), connected.peer());
        }
    }

    @Test
    void whatIsNoSocket() throws IOException {
        assertEquals(Errno.ENOTSOCK, errno("os.open('/', 0)"));
        assertEquals(Errno.EBADF, errno("1000"));
        assertEquals(Errno.EBADF, errno("-1"));
        child.run("p = '/tmp/sluice-test-%d' % os.getpid(); s = socket.socket(1); s.bind(p)");
        assertEquals(Errno.EBADF, errno("os.open(p, os.O_PATH)"), "as bind(2) on such a descriptor");
        child.run("os.unlink(p)");
    }

    @Test
    void aFailureLeavesNoDescriptor() throws IOException {
        errno("0");
        Descriptors before = Descriptors.now();
        errno("0");
        errno("1000");
        before.assertNoMore();
    }

    @Test
    void staysWhatItWasWhenTheNumberIsUsedAgain() throws IOException {
        child.run("s = socket.socket()");
        try (PinnedSocket judged = pin("s.fileno()")) {
            child.run("n = s.detach(); os.close(n); other = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)");
            assertEquals("True", child.run("other.fileno() == n"));
            try (PinnedSocket now = pin("n")) {
                assertEquals(2, judged.domain());
                assertEquals(1, judged.type());
                assertEquals(1, now.domain());
                assertNotEquals(judged.cookie(), now.cookie());
            }
        }
    }

    @Test
    void staysWhatItWasWhenTheNumberIsDuplicatedOver() throws IOException {
        child.run("s = socket.socket(); t = socket.socket()");
        try (PinnedSocket judged = pin("s.fileno()")) {
            child.run("os.dup2(t.fileno(), s.fileno())");
            SocketCalls calls = new SocketCalls(new Interruptions());
            assertEquals(0, calls.bind(judged, new Address.Inet(LOOPBACK, 0)));
            assertEquals("('0.0.0.0', 0)", child.run("s.getsockname()"), "what stands there now was not bound");
            assertTrue(((Address.Inet) judged.local().orElseThrow()).port() > 0);
        }
    }

    private PinnedSocket pin(String expression) throws IOException {
        return PinnedSocket.pin(pidfds, child.pid(), child.number(expression)).get();
    }

    private int errno(String expression) throws IOException {
        return PinnedSocket.pin(pidfds, child.pid(), child.number(expression)).errno();
    }
}
