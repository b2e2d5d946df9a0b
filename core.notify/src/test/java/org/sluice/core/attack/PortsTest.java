package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.linux.Errno;
import org.sluice.target.Attempt;
import org.sluice.target.net.NetworkNamespace;

/**
 * Virtual ports from inside, for root and for an ordinary user, while somebody outside has the port of TCP and of UDP: what
 * each call tells, where it leads, and what is said of it.
 */
class PortsTest {

    private static final String ALL =
            """
            "network": { "connect": "allow", "bind": "allow", "send": "allow" }, "unix": { "default": "allow" },
            "datagram": "%s", "handlers": { "bind": {}, "connect": {}, "portmap": { %s }, "unix": {} }
            """;

    private static final String SERVER = "s = opened(2, 1, ('127.0.0.1', P)); s.listen()\n";

    @TempDir
    private Path folder;

    private final ServerSocketChannel stream;
    private final DatagramChannel datagrams;

    PortsTest() throws IOException {
        stream = ServerSocketChannel.open();
        datagrams = DatagramChannel.open();
    }

    @BeforeEach
    void take() throws IOException {
        stream.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).configureBlocking(false);
        datagrams.bind(stream.getLocalAddress()).configureBlocking(false);
    }

    @AfterEach
    void close() throws IOException {
        stream.close();
        datagrams.close();
    }

    private String port() throws IOException {
        return Integer.toString(((InetSocketAddress) stream.getLocalAddress()).getPort());
    }

    /** Runs a program in which {@code P} is the port that is taken. */
    private Recorded run(boolean own, String datagram, String portmap, String program) throws Exception {
        return Recorded.python(folder, own, ALL.formatted(datagram, portmap), "P = " + port() + "\n" + program);
    }

    private void nothingWentOutside() throws IOException {
        assertNull(stream.accept(), "a connection went outside");
        assertNull(datagrams.receive(ByteBuffer.allocate(9)), "a datagram went outside");
    }

    /** A client that is bound to the port: accept, accept4, recvfrom in C; then who is not mapped, and what goes back. */
    private static final String PEERS =
            """
            libc = ctypes.CDLL(None, use_errno=True)
            def source(call, *a):
                room, size = ctypes.create_string_buffer(28), ctypes.c_int(28)
                n = call(*a[:-1], room, ctypes.byref(size), *a[-1])
                return n, struct.unpack('!H', room[2:4])[0], socket.inet_ntoa(room[4:8]), size.value
            l = opened(); l.listen()
            for call, rest in ((libc.accept, ()), (libc.accept4, (0x80000,))):
                c = socket.socket(); c.setsockopt(1, 2, 1); c.bind(('127.0.0.1', P)); c.connect(l.getsockname())
                n, p, ip, size = source(call, l.fileno(), rest)
                a = socket.socket(fileno=n)
                print(call.__name__, p == P, ip, size, a.getpeername()[1] == P, os.get_inheritable(n))
                c.setsockopt(1, 13, struct.pack('ii', 1, 0)); c.close(); a.close()
            u, r = opened(2, 2, ('127.0.0.1', P)), opened(2, 2); u.sendto(b'x', r.getsockname())
            data = ctypes.create_string_buffer(9)
            n, p, ip, size = source(libc.recvfrom, r.fileno(), data, 9, 0, ())
            print('recvfrom', n, p == P, ip, size); r.sendto(b'y', (ip, p)); print(u.recv(9))
            c = socket.create_connection(l.getsockname()); a, peer = l.accept(); print(peer == c.getsockname())
            v = opened(2, 2); v.sendto(b'z', r.getsockname()); print(r.recvfrom(9)[1] == v.getsockname())
            """;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sourcesAreToldInVirtualPortsWhereTheProfileAsks(boolean own) throws Exception {
        Recorded recorded = run(own, "rules", "\"peers\": true", PEERS);
        assertEquals(
                List.of(
                        "accept True 127.0.0.1 16 True True",
                        "accept4 True 127.0.0.1 16 True False",
                        "recvfrom 1 True 127.0.0.1 16",
                        "b'y'",
                        "True",
                        "True"),
                recorded.output());
        nothingWentOutside();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sourcesAreToldAsTheyAreWhereItDoesNot(boolean own) throws Exception {
        Recorded recorded = run(own, "rules", "", PEERS);
        assertEquals(
                List.of(
                        "accept False 127.0.0.1 16 True True",
                        "accept4 False 127.0.0.1 16 True False",
                        "recvfrom 1 False 127.0.0.1 16",
                        "b'y'",
                        "True",
                        "True"),
                recorded.output());
        nothingWentOutside();
    }

    /** In sendto(2), sendmsg(2) and sendmmsg(2). */
    private static final String FAST_OPEN =
            """
            class Part(ctypes.Structure): _fields_ = [('base', ctypes.c_char_p), ('length', ctypes.c_size_t)]
            class Many(ctypes.Structure): _fields_ = [('name', ctypes.c_char_p), ('size', ctypes.c_size_t),
                ('parts', ctypes.POINTER(Part)), ('count', ctypes.c_size_t), ('control', ctypes.c_void_p),
                ('controls', ctypes.c_size_t), ('flags', ctypes.c_int), ('sent', ctypes.c_uint)]
            def many(c):
                name = struct.pack('=H', 2) + struct.pack('!H', P) + socket.inet_aton('127.0.0.1') + bytes(8)
                part = Part(b'x', 1); m = Many(name, 16, ctypes.pointer(part), 1, None, 0, 0, 0)
                return ctypes.CDLL(None).sendmmsg(c.fileno(), ctypes.byref(m), 1, socket.MSG_FASTOPEN)
            for how in (lambda c: c.sendto(b'x', socket.MSG_FASTOPEN, ('127.0.0.1', P)),
                    lambda c: c.sendmsg([b'x'], [], socket.MSG_FASTOPEN, ('127.0.0.1', P)), many):
                c = socket.socket(); print(go(how, c), c.getpeername()[1] == P); s.settimeout(30); print(s.accept()[0].recv(9))
            """;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSendThatConnectsGoesToTheRealPort(boolean own) throws Exception {
        List<String> each = List.of("1 True", "b'x'", "1 True", "b'x'", "1 True", "b'x'");
        assertEquals(each, run(own, "rules", "", SERVER + FAST_OPEN).output());
        nothingWentOutside();
    }

    /** UDP then is as without a map: the port is taken, and what is sent goes where it says. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void soItDoesWhereTcpAloneIsMapped(boolean own) throws Exception {
        String udp = "print(go(opened, 2, 2, ('127.0.0.1', P))); socket.socket(2, 2).sendto(b'x', ('127.0.0.1', P))\n";
        Recorded recorded = run(own, "any", "\"udp\": false", SERVER + FAST_OPEN + udp);
        assertEquals(List.of("1 True", "b'x'", "1 True", "b'x'", "1 True", "b'x'", "EADDRINUSE"), recorded.output());
        assertNull(stream.accept(), "a connection went outside");
        assertNotNull(datagrams.receive(ByteBuffer.allocate(9)), "UDP is not mapped");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMappingEndsWithItsSocketAndConnectionsKeepTheirs(boolean own) throws Exception {
        Recorded recorded = run(
                own,
                "rules",
                "",
                SERVER
                        + """
                        c = socket.create_connection(('127.0.0.1', P)); a = s.accept()[0]; t = s.dup(); s.close()
                        print(go(opened, 2, 1, ('127.0.0.1', P)), port(t) == P); t.close()
                        print(c.getpeername()[1] == P, a.getsockname()[1] == P, reach(('127.0.0.1', P)))
                        u = opened(2, 2, ('127.0.0.1', P)); v = socket.socket(2, 2); v.sendto(b'in', ('127.0.0.1', P))
                        print(u.recv(9)); u.close(); print(v.sendto(b'out', ('127.0.0.1', P)))
                        """);
        assertEquals(List.of("EADDRINUSE True", "True True ok", "b'in'", "3"), recorded.output());
        assertNotNull(stream.accept(), "after its end the port is that of whoever has it");
        ByteBuffer got = ByteBuffer.allocate(9);
        assertNotNull(datagrams.receive(got));
        assertEquals("out", new String(got.array(), 0, got.position(), java.nio.charset.StandardCharsets.US_ASCII));
    }

    /** Once a port, with the real port that others use; and options that the map puts off meanwhile are as they were. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPersonIsToldOnce(boolean own) throws Exception {
        Recorded recorded = run(
                own,
                "rules",
                "\"files\": false",
                """
                for options in range(4):
                    s = socket.socket(); s.setsockopt(1, 2, options & 1); s.setsockopt(1, 15, options >> 1)
                    s.bind(('127.0.0.1', P)); s.listen()
                    print(s.getsockopt(1, 2) == (options & 1), s.getsockopt(1, 15) == options >> 1)
                    if options < 3: s.close()
                u = opened(2, 2, ('127.0.0.1', P)); free = opened(); print(reach(('127.0.0.1', P)))
                # The kernel's own table, which is not virtual here.
                real = [l.split()[1].split(':')[1] for l in open('/proc/net/tcp') if l.split()[9] == str(os.fstat(s.fileno()).st_ino)]
                print('real', int(real[0], 16))
                """);
        String all = "True True";
        assertEquals(List.of(all, all, all, all, "ok"), recorded.output().subList(0, 5));
        String real = recorded.output().get(5).substring("real ".length());
        List<String> told = recorded.recorded("told");
        assertEquals(2, told.size(), told::toString);
        assertEquals(
                port() + " is taken; outside this sandbox it is 127.0.0.1:" + real + " (--publish " + port()
                        + " to insist)",
                told.get(0));
        assertTrue(
                told.get(1).startsWith(port() + "/udp is taken; outside this sandbox it is 127.0.0.1:"), told.get(1));
        nothingWentOutside();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPublishedPortIsRealOrFails(boolean own) throws Exception {
        Recorded recorded = run(
                own,
                "rules",
                "\"publish\": [" + port() + "]",
                "print(go(opened, 2, 1, ('127.0.0.1', P)), go(opened, 2, 2, ('127.0.0.1', P)), go(opened, 2, 1, ('127.0.0.2', P)) != 'EADDRINUSE')");
        assertEquals(List.of("EADDRINUSE EADDRINUSE True"), recorded.output());
        String end = " is taken and must be published, so bind failed; end whoever has it, or publish another";
        assertEquals(List.of(port() + end, port() + "/udp" + end), recorded.recorded("told"));
    }

    /** In the kernel's tables a program finds its own sockets, by the numbers that it knows, and nobody else's. */
    private static final String TABLES =
            """
            def rows(path): return [(int(l.split()[1].split(':')[1], 16), int(l.split()[2].split(':')[1], 16), int(l.split()[9]))
                for l in list(open(path))[1:]]
            def inode(s): return os.fstat(s.fileno()).st_ino
            s = opened(2, 1, ('127.0.0.1', P)); s.listen(); u = opened(2, 2, ('127.0.0.1', P)); six = opened(10, 1, ('::1', P))
            c = socket.create_connection(('127.0.0.1', P)); a = s.accept()[0]; six.listen(); d = opened(10, 2, ('::', 0))
            if os.fork() == 0: s.close(); os._exit(0)
            os.wait()
            want = {'tcp': [(P, 0, inode(s)), (port(c), P, inode(c)), (P, port(c), inode(a))], 'udp': [(P, 0, inode(u))],
                'tcp6': [(P, 0, inode(six))], 'udp6': [(port(d), 0, inode(d))]}
            os.chdir('/proc/self')
            for folder in '/proc/net/', '/proc/self/net/', '//proc/./thread-self/../../net/', 'net/', '/proc/%d/net/' % os.getpid():
                print(*[sorted(rows(folder + f)) == sorted(want[f]) for f in want])
            """;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theKernelsTablesShowTheOwnSocketsAlone(boolean own) throws Exception {
        String all = "True True True True";
        // Descriptors that come and go while the processes are looked through hide no others.
        String churn =
                """
                import threading
                stop = []
                def churn():
                    while not stop: os.close(os.open('/dev/null', os.O_RDONLY))
                thread = threading.Thread(target=churn); thread.start()
                print(all([sorted(rows('/proc/net/tcp')) == sorted(want['tcp']) for i in range(50)]))
                stop.append(1); thread.join()
                """;
        Recorded recorded = run(own, "rules", "\"files\": true", TABLES + churn);
        assertEquals(List.of(all, all, all, all, all, "True"), recorded.output());
    }

    /** Where the rest of {@code /proc/net} is that of a private network. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void soTheyDoBesideAPrivateNetwork(boolean own) throws Exception {
        Attempt<NetworkNamespace> network = NetworkNamespace.make();
        Assumptions.assumeTrue(
                network.succeeded(), () -> "no network namespace here: " + Errno.describe(network.errno()));
        network.get().close();
        String handlers = "\"files\": true }, \"netlink\": { \"mode\": \"kernel\", \"files\": true";
        Recorded recorded = run(
                own,
                "rules",
                handlers,
                TABLES + "print(*[l.split(':')[0].strip() for l in list(open('/proc/net/dev'))[2:]])\n");
        String all = "True True True True";
        assertEquals(List.of(all, all, all, all, all, "lo"), recorded.output());
    }
}
