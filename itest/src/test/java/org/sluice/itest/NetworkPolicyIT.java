package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.itest.Attempts.answers;
import static org.sluice.itest.Attempts.attempt;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What of the network a sandbox reaches, by its profile, its mode and the rules of the moment. */
class NetworkPolicyIT {

    /** Listens on the wildcard address in both families and says how the kernel knows the sockets. */
    private static final String WILDCARD =
            """
            import socket
            for family, any in ((2, '0.0.0.0'), (10, '::')):
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    s = socket.socket(family, kind)
                    s.bind((any, PORT))
                    if kind == socket.SOCK_STREAM:
                        s.listen()
                    print(s.getsockname()[0], s.getsockopt(1, 25, 16).rstrip(b'\\0').decode() or 'any')
                    if kind == socket.SOCK_STREAM:
                        near = '127.0.0.1' if family == 2 else '::1'
                        socket.create_connection((near, s.getsockname()[1])).close()
                    s.close()
            """;

    @BeforeEach
    void python() {
        Programs.require("python3");
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void aProxyIsAllThatIsReached(User user) throws Exception {
        String[] lines = {
            "ip('connect', '127.0.0.1', 3128)",
            "ip('connect', '127.0.0.1', 3129)",
            "ip('connect', '192.0.2.1', 3128)",
            "ip('bind', '127.0.0.1', 0)",
            "unix('bind', './own')",
        };
        Distribution.Result result = attempt(user, user.folder(), List.of("--proxy", "3128"), lines);
        List<String> answers = answers(result);
        assertTrue(List.of("EINPROGRESS", "ECONNREFUSED").contains(answers.get(0)), result::out);
        assertEquals(List.of("EACCES", "EACCES", "EACCES", "ok"), answers.subList(1, 5));
        assertTrue(
                result.err().replaceAll("\\s+", " ").contains("--connect-mode rules --allow-connect '127.0.0.1!3129'"),
                result::err);
        Path folder = user.folder();
        Files.writeString(
                folder.resolve("proxied.json"),
                """
                { "extends": "default", "handlers": { "connect": { "mode": "proxy", "proxy": 3128, "bind": [0] } } }
                """);
        assertEquals(
                125,
                attempt(user, folder, List.of("--profile", "proxied.json"), lines)
                        .status(),
                "0 is no port that can be listed");
    }

    @Test
    void aDeniedNameLookupIsNamed() throws Exception {
        Distribution.Result result = attempt(
                User.OWN,
                User.OWN.folder(),
                List.of(),
                "socket.socket(2, socket.SOCK_DGRAM).connect(('192.0.2.53', 53))");
        assertEquals(List.of("EACCES"), answers(result));
        String err = result.err().replaceAll("\\s+", " ");
        assertTrue(err.contains("name lookup was denied; add --allow-connect '192.0.2.53!53'"), err);
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void aWildcardBindIsKeptToLoopbackUnlessTheProfileOpensIt(User user) throws Exception {
        String port = Integer.toString(freePort());
        String script = WILDCARD.replace("PORT", port);
        Distribution.Result kept = Distribution.sluice(user, "", "run", "--", "python3", "-c", script);
        assertEquals("0.0.0.0 lo\n0.0.0.0 lo\n:: lo\n:: lo\n", kept.out(), kept::err);
        assertTrue(kept.err().startsWith("sluice: port " + port + " is kept to loopback (--profile server"), kept::err);
        assertEquals(1, kept.err().lines().count(), kept::err);
        Distribution.Result quiet = Distribution.sluice(user, "", "run", "-q", "--", "python3", "-c", script);
        assertEquals("", quiet.err());
        String all = "0.0.0.0 any\n0.0.0.0 any\n:: any\n:: any\n";
        Distribution.Result opened =
                Distribution.sluice(user, "", "run", "--allow-bind", "any!" + port, "--", "python3", "-c", script);
        assertEquals(all, opened.out(), opened::err);
        assertEquals("", opened.err());
        Distribution.Result server =
                Distribution.sluice(user, "", "run", "--profile", "server", "--", "python3", "-c", script);
        assertEquals(all, server.out(), server::err);
        Distribution.Result denied =
                Distribution.sluice(user, "", "run", "--deny-bind", "any!" + port, "--", "python3", "-c", script);
        assertEquals(1, denied.status(), denied::err);
        assertTrue(denied.err().contains("PermissionError"), denied::err);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void sendsAreDecidedByRules(User user) throws Exception {
        String out = "socket.socket(2, 2).sendto(b'x', ('192.0.2.1', 9)) and 0";
        String message = "socket.socket(2, 2).sendmsg([b'x'], [], 0, ('192.0.2.1', 9)) and 0";
        String near = "socket.socket(2, 2).sendto(b'x', ('127.0.0.1', 9)) and 0";
        String stream = "stream(2).sendto(b'x', 0x20000000, ('192.0.2.1', 9)) and 0";
        String lookup = "socket.socket(10, 2).sendto(b'x', ('::ffff:192.0.2.1', 53)) and 0";
        String unix = "socket.socket(1, 2).sendto(b'x', '/dev/null') and 0";
        Distribution.Result kept = attempt(user, user.folder(), List.of(), out, message, near, stream, lookup, unix);
        assertEquals(List.of("EACCES", "EACCES", "ok", "EACCES", "EACCES", "EACCES"), answers(kept));
        String err = kept.err().replaceAll("\\s+", " ");
        for (String told : List.of(
                "net/send (3)",
                "192.0.2.1!9 (2 times): no grant",
                "--allow-send '192.0.2.1!9'",
                "net/connect (2)",
                "--allow-connect '192.0.2.1!9'",
                "name lookup was denied; add --allow-connect '192.0.2.1!53'",
                "--unix-connect /dev/null")) {
            assertTrue(err.contains(told), () -> told + " is not in " + err);
        }
        Distribution.Result denied = attempt(
                user, user.folder(), List.of("--deny-send", "loopback!9"), near, "ip('connect', '127.0.0.1', 1)");
        assertEquals("EACCES", answers(denied).get(0));
        assertFalse(denied.out().endsWith("EACCES\n"), "a rule for sends speaks for itself alone");
        Distribution.Result none = attempt(
                user, user.folder(), List.of("--datagram", "deny"), "socket.socket(2, 2) and 0", "stream(2) and 0");
        assertEquals(List.of("EACCES", "ok"), answers(none));
    }

    @Test
    void ofTheRulesInFlagsTheLastOneThatMatchesWins() throws Exception {
        String connect = "ip('connect', '127.0.0.1', 1)";
        List<String> denied = List.of("--allow-connect", "127.0.0.1!1", "--deny-connect", "any!*");
        List<String> allowed = List.of("--deny-connect", "any!*", "--allow-connect", "127.0.0.1!1");
        assertEquals(List.of("EACCES"), answers(attempt(User.OWN, User.OWN.folder(), denied, connect)));
        assertFalse(
                answers(attempt(User.OWN, User.OWN.folder(), allowed, connect)).contains("EACCES"));
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void aListenWithoutABindIsKeptToLoopbackToo(User user) throws Exception {
        String listen = "kept.append(stream(2)) or kept[-1].listen()";
        String device = "0 if kept[-1].getsockopt(1, 25, 16) == b'lo\\0' else errno.ENODEV";
        assertEquals(List.of("ok", "ok"), answers(attempt(user, user.folder(), List.of(), listen, device)));
        assertEquals(
                List.of("ok", "ENODEV"),
                answers(attempt(user, user.folder(), List.of("--profile", "server"), listen, device)));
        assertEquals(List.of("EACCES"), answers(attempt(user, user.folder(), List.of("--deny-bind", "any!*"), listen)));
    }
}
