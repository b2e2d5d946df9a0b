package org.sluice.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.linux.Errno;

/** In a network namespace of its own, whose loopback device has addresses that are not loopback. */
class LoopbackFilterTest {

    private static final int NEWUSER_AND_NEWNET = 0x50000000;

    private final Pidfds pidfds = new Pidfds(8);
    private Child child;

    @BeforeEach
    void start() throws IOException {
        child = new Child();
        child.run("import fcntl, struct, ctypes");
        String unshared = child.run("ctypes.CDLL(None).unshare(" + NEWUSER_AND_NEWNET + ")");
        Assumptions.assumeTrue(unshared.equals("0"), "this user may not make namespaces here");
        child.run("four = socket.socket(); six = socket.socket(10)");
        assertEquals("ok", child.run("x = fcntl.ioctl(four, 0x8914, struct.pack('16sH22x', b'lo', 0x49))"), "up");
        assertEquals(
                "ok",
                child.run("x = fcntl.ioctl(four, 0x8916,"
                        + " struct.pack('16sHH4s16x', b'lo:1', 2, 0, socket.inet_aton('192.0.2.9')))"),
                "IPv4 address");
        assertEquals(
                "ok",
                child.run("x = fcntl.ioctl(six, 0x8916,"
                        + " struct.pack('16sIi', socket.inet_pton(10, '2001:db8::9'), 128, 1))"),
                "IPv6 address");
    }

    @AfterEach
    void stop() throws Exception {
        child.close();
        pidfds.close();
    }

    @ParameterizedTest
    @CsvSource({
        "2, 0.0.0.0, 2, 127.0.0.1, 192.0.2.9",
        "2, 0.0.0.0, 2, 127.8.8.8, 192.0.2.9",
        "10, ::, 2, 127.0.0.1, 192.0.2.9",
        "10, ::, 10, ::1, 2001:db8::9",
    })
    void aListenerOnTheWildcardAddressHearsLoopbackAlone(int family, String any, int from, String near, String far)
            throws IOException {
        child.run("s = socket.socket(" + family + ")");
        confine("s.fileno()");
        assertEquals("ok", child.run("s.bind(('" + any + "', 0)); s.listen(9); p = s.getsockname()[1]"));
        assertEquals("'" + any + "'", child.run("s.getsockname()[0]"), "as the target asked");
        child.run("c = socket.socket(" + from + "); c.setblocking(False); e = c.connect_ex(('" + far + "', p))");
        // The loopback device keeps the order: what came before this one is lost or there by now.
        assertEquals("ok", child.run("n = socket.create_connection(('" + near + "', p)); a = s.accept()[0]"));
        assertEquals("True", child.run("a.getpeername()[1] == n.getsockname()[1]"));
        assertEquals("EAGAIN", child.run("s.setblocking(False); s.accept()"));
        assertEquals("2", child.run("c.getsockopt(6, 11, 1)[0]"), "TCP_INFO: the request has no answer (SYN_SENT)");
    }

    @Test
    void aSocketThatWasBoundConnectsOutwards() throws IOException {
        child.run("l = socket.socket(); l.bind(('192.0.2.9', 0)); l.listen()");
        child.run("s = socket.socket()");
        confine("s.fileno()");
        child.run("s.bind(('', 0)); s.connect(l.getsockname()); a = l.accept()[0]; a.send(b'hello')");
        assertEquals("b'hello'", child.run("s.recv(9)"));
    }

    @ParameterizedTest
    @CsvSource({"2, 0.0.0.0, 127.0.0.1, 192.0.2.9", "10, ::, ::1, 2001:db8::9"})
    void aDatagramSocketHearsLoopbackAlone(int family, String any, String near, String far) throws IOException {
        child.run("s = socket.socket(" + family + ", 2)");
        confine("s.fileno()");
        child.run("s.bind(('" + any + "', 0)); q = socket.socket(" + family + ", 2); p = s.getsockname()[1]");
        child.run("q.sendto(b'far', ('" + far + "', p))");
        child.run("q.sendto(b'near', ('" + near + "', p))");
        assertEquals("b'near'", child.run("s.recv(9)"), "the loopback device keeps the order");
        assertEquals("EAGAIN", child.run("s.recv(9, socket.MSG_DONTWAIT)"));
    }

    @Test
    void theTargetCannotTakeItOff() throws IOException {
        child.run("s = socket.socket()");
        confine("s.fileno()");
        confine("s.fileno()");
        assertEquals("EPERM", child.run("s.setsockopt(1, 27, 0)"), "SO_DETACH_FILTER");
        assertEquals("EPERM", child.run("s.setsockopt(1, 44, 0)"), "SO_LOCK_FILTER");
        child.run("b = ctypes.create_string_buffer(struct.pack('HBBI', 6, 0, 0, 0xffffffff))");
        child.run("f = struct.pack('HxxxxxxP', 1, ctypes.addressof(b))");
        assertEquals("EPERM", child.run("s.setsockopt(1, 26, f)"), "SO_ATTACH_FILTER");
        assertEquals("ok", child.run("t = socket.socket(); t.setsockopt(1, 26, f); t.setsockopt(1, 44, 1)"));
        assertEquals(Errno.EPERM, errno("t.fileno()"), "one that the target locked first is not ours");
        child.run("t = socket.socket(); t.setsockopt(1, 26, f)");
        confine("t.fileno()");
    }

    @Test
    void whatCannotHaveOneSaysSo() throws IOException {
        String made = child.run("m = socket.socket(2, 1, 262)");
        Assumptions.assumeTrue(made.equals("ok"), "no MPTCP here: " + made);
        assertTrue(errno("m.fileno()") > 0, "MPTCP");
    }

    private void confine(String expression) throws IOException {
        assertEquals(0, errno(expression));
    }

    private int errno(String expression) throws IOException {
        try (PinnedSocket socket =
                PinnedSocket.pin(pidfds, child.pid(), child.number(expression)).get()) {
            return socket.confineToLoopback();
        }
    }
}
