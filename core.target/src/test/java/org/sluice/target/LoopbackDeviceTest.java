package org.sluice.target;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.linux.Errno;

/** A target in a network namespace of its own, whose network is another namespace at the end of a veth pair. */
class LoopbackDeviceTest {

    private static final int NEWUSER_AND_NEWNET = 0x50000000;

    /** Runs in the other namespace: connects or sends wherever it is told, and says how that went. */
    private static final String NEIGHBOUR = "import socket, sys, errno\\n"
            + "for line in sys.stdin:\\n"
            + " try: eval(line); r = 'ok'\\n"
            + " except OSError as e: r = errno.errorcode.get(e.errno, str(e))\\n"
            + " print(r, flush=True)";

    private final Pidfds pidfds = new Pidfds(8);
    private Child child;

    @BeforeEach
    void start() throws IOException {
        child = new Child();
        child.run("import subprocess, struct; u = os.getuid(); n = None");
        Assumptions.assumeTrue(
                child.run("ctypes.CDLL(None).unshare(" + NEWUSER_AND_NEWNET + ")")
                        .equals("0"),
                "this user may not make namespaces here");
        child.run("open('/proc/self/uid_map', 'w').write('0 %d 1' % u)");
        child.run("sh = lambda c: subprocess.run(c, shell=True, capture_output=True).returncode");
        Assumptions.assumeTrue(child.run("sh('ip link set lo up')").equals("0"), "no iproute2");
        child.run("n = subprocess.Popen(['unshare', '-n', 'python3', '-u', '-c', \"" + NEIGHBOUR
                + "\"], stdin=-1, stdout=-1, text=True)");
        child.run("ask = lambda line: (n.stdin.write(line + '\\n'), n.stdin.flush(), n.stdout.readline().strip())[2]");
        assertEquals("'ok'", child.run("ask('1')"), "it is in its namespace");
        Assumptions.assumeTrue(
                child.run("sh('ip link add v0 type veth peer name v1')").equals("0"), "this kernel has no veth");
        assertEquals(
                "0",
                child.run("sh(f'ip link set v1 netns {n.pid} && ip link set v0 up"
                        + " && ip addr add 192.0.2.1/24 dev v0 && ip addr add 2001:db8::1/64 dev v0 nodad"
                        + " && nsenter -t {n.pid} -n sh -c \"ip link set v1 up && ip addr add 192.0.2.2/24 dev v1"
                        + " && ip addr add 2001:db8::2/64 dev v1 nodad\"')"));
    }

    @AfterEach
    void stop() throws Exception {
        child.run("n and n.kill()");
        child.close();
        pidfds.close();
    }

    @ParameterizedTest
    @CsvSource({
        "2, 0, 0.0.0.0, 127.0.0.1, 192.0.2.1",
        "10, 0, ::, 127.0.0.1, 192.0.2.1",
        "10, 0, ::, ::1, 2001:db8::1",
        "2, 262, 0.0.0.0, 127.0.0.1, 192.0.2.1",
    })
    void aListenerOnTheWildcardAddressIsNotHeardInTheNetwork(
            int family, int protocol, String any, String near, String far) throws IOException {
        String made = child.run("s = socket.socket(" + family + ", 1, " + protocol + ")");
        Assumptions.assumeTrue(made.equals("ok"), "no such protocol here: " + made);
        child.run("t = socket.socket(" + family + ", 1, " + protocol + ")");
        confine("s.fileno()");
        for (String socket : new String[] {"s", "t"}) {
            assertEquals("ok", child.run(socket + ".bind(('" + any + "', 0)); " + socket + ".listen(9)"));
            assertEquals("'" + any + "'", child.run(socket + ".getsockname()[0]"), "as the target asked");
        }
        assertEquals("'ok'", reach("t", far), "the way there is open");
        assertEquals("'ECONNREFUSED'", reach("s", far));
        assertEquals("ok", child.run("c = socket.create_connection(('" + near + "', s.getsockname()[1]))"));
    }

    private String reach(String socket, String address) throws IOException {
        return child.run("ask(f\"socket.create_connection(('" + address + "', {" + socket + ".getsockname()[1]}))\")");
    }

    @Test
    void aDatagramSocketHearsLoopbackAlone() throws IOException {
        child.run("s = socket.socket(2, 2); t = socket.socket(2, 2)");
        confine("s.fileno()");
        child.run("s.bind(('', 0)); t.bind(('', 0)); q = socket.socket(2, 2)");
        for (String socket : new String[] {"s", "t"}) {
            assertEquals(
                    "'ok'",
                    child.run("ask(f\"socket.socket(2, 2).sendto(b'far', ('192.0.2.1', {" + socket
                            + ".getsockname()[1]}))\")"));
        }
        assertEquals("b'far'", child.run("t.recv(9)"), "what was sent later is here");
        assertEquals("EAGAIN", child.run("s.recv(9, socket.MSG_DONTWAIT)"));
        child.run("q.sendto(b'near', ('127.0.0.1', s.getsockname()[1]))");
        assertEquals("b'near'", child.run("s.recv(9)"));
    }

    @Test
    void anUnprivilegedTargetCannotUndoIt() throws IOException {
        child.run("s = socket.socket()");
        confine("s.fileno()");
        confine("s.fileno()");
        child.run("header = struct.pack('Ii', 0x20080522, 0)");
        assertEquals("0", child.run("ctypes.CDLL(None).capset(header, bytes(24))"), "capabilities are gone");
        for (String device : new String[] {"v0", "", "lo"}) {
            assertEquals("EPERM", child.run("s.setsockopt(1, 25, b'" + device + "\\0')"), device);
        }
        assertEquals("EPERM", child.run("s.setsockopt(1, 62, 0)"), "SO_BINDTOIFINDEX");
        assertEquals("b'lo\\x00'", child.run("s.getsockopt(1, 25, 16)"));
    }

    @Test
    void aSocketOfAnotherDeviceIsTakenOverOrRefused() throws IOException {
        child.run("s = socket.socket(); s.setsockopt(1, 25, b'v0\\0')");
        boolean root = System.getProperty("user.name").equals("root");
        assertEquals(root ? 0 : Errno.EPERM, errno("s.fileno()"), "only CAP_NET_RAW takes it over");
        assertEquals(root ? "b'lo\\x00'" : "b'v0\\x00'", child.run("s.getsockopt(1, 25, 16)"));
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
