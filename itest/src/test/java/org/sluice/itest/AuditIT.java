package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The audit file, from the first event of a run to the verification. */
class AuditIT {

    private static final String CONNECT =
            """
            import socket
            for port in (80, 81):
                try: socket.create_connection(('192.0.2.1', port))
                except PermissionError: pass
            socket.socket().bind(('127.0.0.1', 0))
            """;

    private static Distribution.Result run(User user, Path work, Path file) throws Exception {
        return Distribution.sluiceIn(
                user, work, "", "run", "--report", "none", "--audit", file.toString(), "--", "python3", "-c", CONNECT);
    }

    private static Distribution.Result verify(User user, Path file) throws Exception {
        return Distribution.sluice(user, "", "audit", "verify", file.toString());
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void everythingIsOnRecordAndEveryChangeShows(User user) throws Exception {
        Programs.require("python3");
        Path folder = user.folder();
        Path file = folder.resolve("audit.ndjson");
        Path work = user.folder();
        assertEquals(0, run(user, work, file).status());
        List<String> lines = Files.readAllLines(file);
        assertTrue(lines.get(0).contains("\"event\":\"sandbox-start\""), lines::toString);
        assertTrue(lines.get(lines.size() - 1).contains("\"event\":\"sandbox-end\""), lines::toString);
        assertEquals(
                2, lines.stream().filter(line -> line.contains("192.0.2.1!8")).count(), lines::toString);
        assertEquals(
                1, lines.stream().filter(line -> line.contains("safe-bind")).count(), lines::toString);
        String denial = lines.stream()
                .filter(line -> line.contains("192.0.2.1!80"))
                .findFirst()
                .orElseThrow();
        for (String part : List.of(
                "\"syscall\":\"connect\"",
                "\"command\":\"python3\"",
                "\"pid\":",
                "\"time\":",
                "\"sandbox\":",
                "no grant",
                "--allow-connect '192.0.2.1!80'")) {
            assertTrue(denial.contains(part), () -> part + " is not in " + denial);
        }
        // A second run goes on in the same chain.
        assertEquals(0, run(user, work, file).status());
        List<String> both = Files.readAllLines(file);
        assertEquals(lines, both.subList(0, lines.size()));
        for (int i = 0; i < both.size(); i++) {
            assertTrue(both.get(i).startsWith("{\"seq\":" + (i + 1) + ","), both.get(i));
        }
        Distribution.Result good = verify(user, file);
        assertEquals(0, good.status(), good::out);
        assertTrue(good.out().contains(both.size() + " events, all good"), good::out);

        List<String> changed = new ArrayList<>(both);
        changed.set(2, changed.get(2).replace("192.0.2.1", "192.0.2.2"));
        assertBroken(user, file, changed, "4");
        List<String> removed = new ArrayList<>(both);
        removed.remove(1);
        assertBroken(user, file, removed, "2");
        List<String> exchanged = new ArrayList<>(both);
        exchanged.add(2, exchanged.remove(3));
        assertBroken(user, file, exchanged, "3");
        List<String> first = new ArrayList<>(both);
        first.remove(0);
        assertBroken(user, file, first, "1");
    }

    /** The verification names the first line that does not fit. */
    private static void assertBroken(User user, Path file, List<String> lines, String line) throws Exception {
        Files.write(file, lines);
        Distribution.Result result = verify(user, file);
        assertEquals(1, result.status(), result::out);
        assertTrue(result.out().contains("line " + line), () -> "line " + line + " is not in " + result.out());
    }

    @Test
    void aFileThatTheSandboxCouldWriteIsRefused() throws Exception {
        Path work = User.OWN.folder();
        Distribution.Result result =
                Distribution.sluiceIn(User.OWN, work, "", "run", "--audit", "audit.ndjson", "--", "touch", "it-ran");
        assertEquals(125, result.status(), result::err);
        assertEquals(1, result.err().lines().count(), result::err);
        assertTrue(result.err().contains("audit.ndjson"), result::err);
        assertTrue(Files.notExists(work.resolve("it-ran")));
    }

    @Test
    void aFileThatIsNoneIsOneLine() throws Exception {
        Distribution.Result missing = verify(User.OWN, User.OWN.folder().resolve("none"));
        assertEquals(125, missing.status());
        assertEquals(1, missing.err().lines().count(), missing::err);
        Distribution.Result folder =
                Distribution.sluice(User.OWN, "", "run", "--audit", "/no/such/folder/a", "--", "true");
        assertEquals(125, folder.status());
        assertEquals(1, folder.err().lines().count(), folder::err);
    }
}
