package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the handlers {@code connect} and {@code unix} let through in each mode, and what a refusal says; for two users. */
class DecisionTest {

    @TempDir
    private Path folder;

    private static String profile(String network, String unix, String handlers) {
        return "\"network\": { " + network + " }, \"unix\": { " + unix + " }, \"datagram\": \"rules\","
                + " \"handlers\": { \"bind\": {}, \"portmap\": {}, \"unix\": {}, " + handlers + " }";
    }

    private static final String NOTHING = "\"connect\": \"deny\", \"bind\": \"deny\", \"send\": \"deny\"";

    private static final String NEITHER = "\"default\": \"deny\"";

    /** Each line is a denial: call, operation, target, reason, what would allow it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRefusalNamesTargetReasonAndRemedy(boolean own) throws Exception {
        Path work = folder.toRealPath().resolve("work");
        Recorded recorded = Recorded.python(
                folder,
                own,
                profile(
                        NOTHING,
                        NEITHER + ", \"connect\": [\"" + work + "/granted\", \"@granted*\"]",
                        "\"connect\": {}"),
                """
                open('granted', 'w').close(); open('other', 'w').close(); os.symlink('other', 'link'); k = []
                def bound(address, kind=1): k.append(socket.socket(1, kind)); return go(k[-1].bind, address)
                print(reach('granted', 1), reach('other', 1), reach('link', 1), reach('\\0granted\\0x', 1), reach('\\0x\\0y', 1))
                print(bound('granted'), bound('new'), bound('\\0granted'), bound('\\0x'), bound(''), os.path.exists('new'))
                d = socket.socket(1, 2); print(go(d.sendto, b'x', 'other'), go(d.sendmsg, [b'x'], [], 0, '\\0x'))
                print(reach('nothing/x', 1), reach('granted/x', 1), bound('nothing/x'))
                print(reach(('192.0.2.1', 443)), reach(('::ffff:192.0.2.1', 53), 10), go(opened, 10, 1, ('::1', 80)))
                """);
        String no = "EACCES";
        assertEquals(
                List.of(
                        "ECONNREFUSED EACCES EACCES ECONNREFUSED EACCES",
                        "EACCES EACCES EACCES EACCES EACCES False",
                        "EACCES EACCES",
                        "ENOENT ENOTDIR ENOENT",
                        String.join(" ", no, no, no)),
                recorded.output());
        assertEquals(
                List.of(
                        "connect net/connect W/other: no grant; --unix-connect W/other",
                        "connect net/connect W/other: no grant; --unix-connect W/other",
                        "connect net/connect @x\\x00y: abstract names are not granted; --unix-connect '@x\\x00y'",
                        "bind net/bind W/granted: grant is connect only; --unix-bind W/granted",
                        "bind net/bind W/new: no grant; --unix-bind W/new",
                        "bind net/bind @granted: grant is connect only; --unix-bind @granted",
                        "bind net/bind @x: abstract names are not granted; --unix-bind @x",
                        "bind net/bind !unnamed: unnamed; --unix-bind '!unnamed'",
                        "sendto net/connect W/other: no grant; --unix-connect W/other",
                        "sendmsg net/connect @x: abstract names are not granted; --unix-connect @x",
                        "connect net/connect 192.0.2.1!443: no grant; --allow-connect '192.0.2.1!443'",
                        "connect net/connect 192.0.2.1!53: no grant; name lookup was denied; add --allow-connect"
                                + " '192.0.2.1!53'; --allow-connect '192.0.2.1!53'",
                        "bind net/bind ::1!80: no grant; --allow-bind '::1!80'"),
                recorded.recorded("denied").stream()
                        .map(line -> line.replace(work.toString(), "W"))
                        .toList());
    }

    /** A socket whose file has no name any more cannot be compared with a grant, though the kernel would find it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatHasNoNameCannotBeResolved(boolean own) throws Exception {
        Recorded recorded = Recorded.python(
                folder,
                own,
                profile(NOTHING, "\"default\": \"own\", \"bind\": [\"!unnamed\"]", "\"connect\": {}"),
                """
                s = opened(1, 1, 's'); s.listen(); print(reach('s', 1))
                fd = os.open('s', os.O_PATH); os.unlink('s'); print(reach('/proc/self/fd/%d' % fd, 1))
                print(go(opened, 1, 1, '').getsockname()[0])
                """);
        assertEquals(List.of("ok", "EACCES", "0"), recorded.output());
        List<String> denied = recorded.recorded("denied");
        assertEquals(1, denied.size(), denied::toString);
        assertTrue(denied.get(0).endsWith(": cannot be resolved; "), denied.get(0));
    }

    private static String ip(ServerSocket free) {
        return "P = " + free.getLocalPort() + "\n"
                + """
                def soon(address, family=2):
                    with socket.socket(family) as s: s.setblocking(False); return go(s.connect, address)
                def denied(answer): return answer == 'EACCES'
                """;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void inModeUnixOnlyIpIsNative(boolean own) throws Exception {
        try (ServerSocket there = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
            Recorded recorded = Recorded.python(
                    folder,
                    own,
                    profile(NOTHING, NEITHER, "\"connect\": { \"mode\": \"unix-only\" }"),
                    ip(there)
                            + """
                            print(reach(('127.0.0.1', P)), denied(soon(('192.0.2.1', 80))), go(opened) != 'EACCES')
                            d = socket.socket(2, 2); print(go(d.sendto, b'x', ('127.0.0.1', P)))
                            print(reach('/dev/null', 1), go(opened, 1, 1, 'x'))
                            """);
            assertEquals(List.of("ok False True", "1", "EACCES EACCES"), recorded.output());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void inModeProxyAllButTheProxyAndTheListedPortsIsRefused(boolean own) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (ServerSocket proxy = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
                ServerSocket other = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
            Recorded recorded = Recorded.python(
                    folder,
                    own,
                    profile(
                            "\"connect\": \"allow\", \"bind\": \"allow\", \"send\": \"allow\"",
                            NEITHER,
                            "\"connect\": { \"mode\": \"proxy\", \"proxy\": " + proxy.getLocalPort() + ", \"bind\": ["
                                    + port + "] }"),
                    ip(proxy) + "O, F = " + other.getLocalPort() + ", " + port + "\n"
                            + """
                            print(reach(('127.0.0.1', P)), reach(('127.0.0.1', O)), soon(('192.0.2.1', P)), soon(('::2', P), 10))
                            s = opened(2, 1, ('127.0.0.1', F)); s.listen(); print(port(s) == F, reach(('127.0.0.1', F)))
                            print(go(opened), go(opened, 2, 1, ('0.0.0.0', O)), go(socket.socket().listen))
                            d = socket.socket(2, 2); print(go(d.sendto, b'x', ('127.0.0.1', O)), go(d.sendto, b'x', ('192.0.2.1', 53)))
                            """);
            assertEquals(
                    List.of("ok EACCES EACCES EACCES", "True ok", "EACCES EACCES EACCES", "EACCES EACCES"),
                    recorded.output());
        }
    }

    /** As the manual lists them, and as a kernel without them answers; what is harmless works. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void optionsThatLeadPastADecisionAreRefused(boolean own) throws Exception {
        Recorded recorded = Recorded.python(
                folder,
                own,
                profile("\"connect\": \"allow\", \"bind\": \"allow\", \"send\": \"allow\"", NEITHER, "\"connect\": {}"),
                """
                def option(family, kind, level, name, value=1):
                    with socket.socket(family, kind) as s:
                        r = go(s.setsockopt, level, name, value)
                        return r if r != 'ok' or isinstance(value, bytes) else s.getsockopt(level, name)
                route, header = bytes([131, 7, 4, 127, 0, 0, 9, 0]), bytes([0, 2, 2, 1] + [0] * 20)
                print(option(2, 1, 6, 30), option(10, 1, 6, 30))
                print(*[option(2, kind, 0, 4, route) for kind in (1, 2)])
                print(*[option(10, kind, 41, name, header) for kind in (1, 2) for name in (57, 5, 6)])
                print(*[option(2, kind, 1, name) for kind in (1, 2) for name in (2, 15, 9)])
                print(option(2, 1, 0, 15), option(2, 1, 0, 19), option(2, 1, 0, 1, 16), option(10, 1, 41, 26), option(2, 1, 6, 1))
                with socket.socket() as s:
                    print(go(s.setsockopt, 1, 21, struct.pack('ll', 1, 500000)), struct.unpack('ll', s.getsockopt(1, 21, 16))[0])
                """);
        String no = "ENOPROTOOPT";
        assertEquals(
                List.of(
                        String.join(" ", no, no),
                        String.join(" ", no, no),
                        String.join(" ", no, no, no, no, no, no),
                        "1 1 1 1 1 1",
                        "1 EPERM 16 1 1",
                        "ok 1"),
                recorded.output());
    }

    /** Everything else fails as on a kernel without it, under profiles that allow every address. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void socketsAreOfTheListedKindsAlone(boolean own) throws Exception {
        Recorded recorded = Recorded.python(
                folder,
                own,
                profile("\"connect\": \"allow\", \"bind\": \"allow\", \"send\": \"allow\"", NEITHER, "\"connect\": {}"),
                """
                def kind(*a): s = go(socket.socket, *a); return s if isinstance(s, str) else 'ok'
                print(*[kind(f, t | flags, p) for f in (2, 10) for t, p in ((1, 0), (1, 6), (1, 262), (2, 0), (2, 17))
                    for flags in (0, socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK)])
                print(*[kind(1, t) for t in (1, 2, 3, 5)], isinstance(go(socket.socketpair, 1, 5), tuple))
                print(*[kind(f, 2) for f in (4, 5, 15, 17, 21, 30, 32, 38, 40, 43, 44)])
                print(*[kind(f, 3, p) for f in (2, 10) for p in (0, 1, 6, 255)])
                print(*[kind(2, *a) for a in ((2, 1), (2, 136), (1, 132), (5, 132), (6, 33))])
                """);
        assertEquals(
                List.of(
                        String.join(" ", Collections.nCopies(20, "ok")),
                        "ok ok ok ok True",
                        String.join(" ", Collections.nCopies(11, "EAFNOSUPPORT")),
                        String.join(" ", Collections.nCopies(8, "EPROTONOSUPPORT")),
                        String.join(" ", Collections.nCopies(5, "EPROTONOSUPPORT"))),
                recorded.output());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whereDatagramsAreDeniedThereAreNone(boolean own) throws Exception {
        String profile = profile("\"connect\": \"allow\"", "\"default\": \"allow\"", "\"connect\": {}");
        Recorded recorded = Recorded.python(
                folder,
                own,
                profile.replace("\"datagram\": \"rules\"", "\"datagram\": \"deny\""),
                """
                def kind(f, *a): s = go(f, *a); return s if isinstance(s, str) else 'ok'
                flags = socket.SOCK_CLOEXEC, socket.SOCK_NONBLOCK, 0
                print(*[kind(socket.socket, f, 2 | g) for f in (1, 2, 10) for g in flags], kind(socket.socket, 1, 3))
                print(*[kind(socket.socketpair, 1, t | g) for t in (2, 3) for g in flags])
                print(*[kind(socket.socket, f, 1 | g) for f in (1, 2, 10) for g in flags], kind(socket.socketpair, 1, 1))
                """);
        assertEquals(
                List.of(
                        String.join(" ", Collections.nCopies(10, "EACCES")),
                        String.join(" ", Collections.nCopies(6, "EACCES")),
                        String.join(" ", Collections.nCopies(10, "ok"))),
                recorded.output());
        assertEquals(16, recorded.recorded("denied").size());
        assertTrue(
                recorded.recorded("denied").get(0).endsWith(": datagrams are denied; --datagram rules"),
                recorded::toString);
    }
}
