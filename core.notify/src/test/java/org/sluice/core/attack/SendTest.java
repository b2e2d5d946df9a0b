package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.policy.DenialRecord;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileLoader;

/** What a program gets for its sends is the same inside a sandbox and outside; {@code sends.c} sends in every way. */
class SendTest {

    /** Every message is decided, and every one allowed. */
    private static final Profile DECIDED = Arena.profile(
            "\"network\": { \"connect\": \"allow\", \"bind\": \"allow\", \"send\": \"allow\" }, \"unix\": { \"default\":"
                    + " \"allow\" }, \"datagram\": \"rules\", \"handlers\": { \"bind\": {}, \"connect\": {}, \"unix\": {} }");

    @TempDir
    private Path folder;

    private String program;

    @BeforeEach
    void compile() throws Exception {
        program = Programs.compile(folder, "sends").toString();
    }

    @ParameterizedTest
    @CsvSource({"u", "6", "t", "x", "f", "n", "m"})
    void eachSendComesToWhatItComesToNatively(String part) throws Exception {
        String expected = natively(part);
        assertTrue(expected.lines().count() > 5, expected);
        assertEquals(expected, inside(DECIDED, part));
        assertEquals(expected, inside(new ProfileLoader().load("open"), part));
    }

    private String natively(String part) throws Exception {
        Path work = Files.createTempDirectory(folder, "native");
        Process process =
                new ProcessBuilder(program, part).directory(work.toFile()).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }

    private String inside(Profile profile, String part) throws Exception {
        Path work = Files.createTempDirectory(folder, "inside");
        try (Arena arena = Arena.standard(work, List.of())) {
            Arena.Result result = arena.run(profile, program, part);
            assertEquals(0, result.status(), result.output());
            return result.output();
        }
    }

    private String script(Profile profile, List<DenialRecord> denials, String... lines) throws Exception {
        Path work = Files.createTempDirectory(folder, "script");
        Path file = Files.write(work.resolve("p.py"), List.of(lines));
        try (Arena arena = Arena.standard(work, List.of())) {
            Arena.Result result = arena.run(profile, "/usr/bin/env", "python3", file.toString());
            denials.addAll(result.sandbox().denials());
            return result.output().strip().replace("\n", " ");
        }
    }

    private static final String[] TRY = {
        "import socket, errno, os",
        "def go(f, *a):",
        "  try: print(f(*a))",
        "  except OSError as e: print(errno.errorcode[e.errno])"
    };

    private static String[] program(String... lines) {
        return Stream.concat(Stream.of(TRY), Stream.of(lines)).toArray(String[]::new);
    }

    private static List<String> targets(List<DenialRecord> denials) {
        return denials.stream()
                .map(each -> each.syscall() + " " + each.errno() + " "
                        + each.denial().operation() + " " + each.denial().target())
                .toList();
    }

    @Test
    void eachDestinationIsDecided() throws Exception {
        Profile profile = Arena.profile("\"network\": { \"connect\": \"deny\", \"bind\": \"allow\", \"send\": \"deny\","
                + " \"rules\": [\"allow send 127.0.0.1!5000-5100\", \"deny send 127.0.0.1!5050\"] },"
                + " \"unix\": { \"default\": \"own\" }, \"datagram\": \"rules\","
                + " \"handlers\": { \"bind\": {}, \"connect\": {}, \"unix\": {} }");
        List<DenialRecord> denials = new ArrayList<>();
        String said = script(
                profile,
                denials,
                program(
                        "s = socket.socket(2, 2); t = socket.socket(10, 2)",
                        "go(s.sendto, b'x', ('127.0.0.1', 5001))",
                        "go(s.sendto, b'x', ('127.0.0.1', 5050))",
                        "go(s.sendmsg, [b'x'], [], 0, ('127.0.0.1', 5002))",
                        "go(s.sendmsg, [b'x'], [], 0, ('127.0.0.1', 6000))",
                        "go(t.sendto, b'x', ('::ffff:127.0.0.1', 5050))",
                        "go(t.sendto, b'x', ('::ffff:127.0.0.1', 5003))",
                        "go(t.sendto, b'x', ('::1', 5003))",
                        "r = socket.socket(2, 2); r.bind(('127.0.0.1', 0))",
                        "go(s.sendto, b'own', r.getsockname()); print(r.recv(9))",
                        "u = socket.socket(1, 2); u.bind('u'); v = socket.socket(1, 3)",
                        "go(v.sendto, b'own', 'u'); print(u.recv(9))",
                        "go(v.sendto, b'x', '/dev/null')",
                        "go(v.sendto, b'x', b'\\0sluice-nobody')",
                        "w = socket.socket(); go(w.sendto, b'x', socket.MSG_FASTOPEN, ('127.0.0.1', 5001))"));
        assertEquals("1 EACCES 1 EACCES EACCES 1 EACCES 3 b'own' 3 b'own' EACCES EACCES EACCES", said);
        assertEquals(
                List.of(
                        "sendto 13 net/send 127.0.0.1!5050",
                        "sendmsg 13 net/send 127.0.0.1!6000",
                        "sendto 13 net/send 127.0.0.1!5050",
                        "sendto 13 net/send ::1!5003",
                        "sendto 13 net/connect /dev/null",
                        "sendto 13 net/connect @sluice-nobody",
                        "sendto 13 net/connect 127.0.0.1!5001"),
                targets(denials));
    }

    @Test
    void deniedDatagramsHaveNoSockets() throws Exception {
        Profile profile = Arena.profile("\"network\": { \"connect\": \"allow\" }, \"unix\": { \"default\": \"allow\" },"
                + " \"datagram\": \"deny\", \"handlers\": { \"connect\": {} }");
        List<DenialRecord> denials = new ArrayList<>();
        String said = script(
                profile,
                denials,
                program(
                        "for f in 1, 2, 10:",
                        "  for t in 2, 2 | socket.SOCK_NONBLOCK: go(lambda: socket.socket(f, t).type)",
                        "go(lambda: socket.socket(1, 3).type)",
                        "go(lambda: socket.socketpair(1, 2))",
                        "go(lambda: socket.socketpair(1, 3))",
                        "go(lambda: socket.socket(1, 5).type.value)",
                        "go(lambda: socket.socketpair(1, 1)[0].type.value)",
                        "go(lambda: socket.socket(2, 1).type.value)"));
        assertEquals("EACCES ".repeat(9) + "5 1 1", said);
        assertEquals(9, denials.size());
        assertEquals("net/socket", denials.get(0).denial().operation());
        assertEquals("socketpair", denials.get(8).syscall());
    }

    @Test
    void sourceRoutesAreRefused() throws Exception {
        List<DenialRecord> denials = new ArrayList<>();
        String said = script(
                DECIDED,
                denials,
                program(
                        "s = socket.socket(2, 2); t = socket.socket(10, 2)",
                        "route = bytes([131, 7, 4, 127, 0, 0, 9, 0])",
                        "go(s.sendmsg, [b'x'], [(0, 7, route)], 0, ('127.0.0.1', 9))",
                        "header = bytes([0, 2, 2, 1] + [0] * 4 + [0] * 15 + [1])",
                        "go(t.sendmsg, [b'x'], [(41, 57, header)], 0, ('::1', 9))",
                        "go(t.sendmsg, [b'x'], [(41, 8, b'1234'), (41, 5, header)], 0, ('::1', 9))",
                        "t.connect(('::1', 9)); go(t.sendmsg, [b'x'], [(41, 57, header)])"));
        assertEquals("EACCES EACCES EACCES EACCES", said);
        assertEquals("the connected peer", denials.get(3).denial().target());
    }
}
