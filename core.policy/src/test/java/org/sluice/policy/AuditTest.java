package org.sluice.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.notify.Bytes;
import org.sluice.notify.Denial;
import org.sluice.notify.Event;

/** The audit file: numbers, time, chain, and what a verifier says of a file that was changed or cut off. */
class AuditTest {

    @TempDir
    Path folder = Path.of("");

    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = folder.resolve("audit.ndjson");
    }

    private static Event event(int i) {
        return new Event("safe-bind", Map.of("n", Integer.toString(i)));
    }

    private void write(int events) {
        try (AuditLog log = AuditLog.open(file)) {
            for (int i = 0; i < events; i++) {
                log.event("box", event(i));
            }
        }
    }

    private static DenialRecord denial(String target) {
        return new DenialRecord(
                Instant.EPOCH,
                "box",
                7,
                "cu\u001brl",
                "connect",
                13,
                new Denial("net/connect", target, "no grant", ""));
    }

    @Test
    void everyKindOfEventIsALineOfTheChain() throws IOException {
        try (AuditLog log = AuditLog.open(file)) {
            log.started("box", Map.of("command", "true"));
            log.denied(denial("192.0.2.1!443"));
            log.event("box", event(1));
            log.event("", new Event("handler-change", Map.of("handler", "bind", "state", "active")));
            log.ended("box", Map.of("status", "0"));
        }
        List<String> lines = Files.readAllLines(file);
        assertTrue(lines.get(0).startsWith("{\"seq\":1,\"time\":\""), lines.get(0));
        assertTrue(lines.get(0).contains("\"prev\":\"" + "0".repeat(64) + "\",\"event\":\"sandbox-start\""));
        assertTrue(lines.get(1).contains("\"prev\":\"" + Audit.hash(Audit.bytes(lines.get(0))) + "\""));
        assertTrue(lines.get(1).contains("\"target\":\"192.0.2.1!443\",\"reason\":\"no grant\""));
        AuditVerifier.Result result = AuditVerifier.verify(file);
        assertEquals(new AuditVerifier.Result(5, 0, "", List.of(), false), result);
        assertEquals("5 events, all good", result.text());
    }

    @Test
    void controlCharactersAndForeignBytesAreEscaped() throws IOException {
        try (AuditLog log = AuditLog.open(file)) {
            log.denied(denial(Bytes.of((byte) '/', (byte) 0xff, (byte) '\n').toString()));
            log.event("box", new Event("note", Map.of("text", "\u009b\ud800\n")));
        }
        List<String> lines = Files.readAllLines(file);
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).contains("\"target\":\"/\\\\xff\\\\x0a\""), lines.get(0));
        assertTrue(lines.get(0).contains("cu\\u001Brl"), lines.get(0));
        assertTrue(AuditVerifier.verify(file).intact());
    }

    @Test
    void onlyTheOwnerMayReadANewFile() throws IOException {
        write(1);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void anExistingFileIsContinued() throws IOException {
        write(3);
        write(2);
        assertEquals(new AuditVerifier.Result(5, 0, "", List.of(), false), AuditVerifier.verify(file));
    }

    @Test
    void timeNeverGoesBack() throws IOException {
        Instant late = Instant.parse("2030-01-01T00:00:00Z");
        try (AuditLog log = AuditLog.open(file, Clock.fixed(late, ZoneOffset.UTC))) {
            log.event("box", event(1));
        }
        try (AuditLog log = AuditLog.open(file, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))) {
            log.event("box", event(2));
        }
        assertTrue(Files.readAllLines(file).get(1).contains("\"time\":\"2030-01-01T00:00:00Z\""));
        assertTrue(AuditVerifier.verify(file).intact());
    }

    @Test
    void threadsShareOneChain() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (AuditLog log = AuditLog.open(file)) {
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 250; i++) {
                        log.event("box", event(i));
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
            assertEquals(1000, log.seq());
        } finally {
            threads.shutdown();
        }
        assertEquals(1000, AuditVerifier.verify(file).good());
    }

    @Test
    void anEventIsInTheFileWhenItsMethodReturns() throws IOException {
        try (AuditLog log = AuditLog.open(file)) {
            log.event("box", event(1));
            assertEquals(1, Files.readAllLines(file).size());
        }
    }

    @Test
    void eachByteThatChangesShows() throws IOException {
        write(4);
        byte[] whole = Files.readAllBytes(file);
        long lastLine = LongStream.range(0, whole.length - 1)
                .filter(i -> whole[(int) i] == '\n')
                .max()
                .orElseThrow();
        for (int i = 0; i < lastLine; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 1;
            Files.write(file, changed);
            AuditVerifier.Result result = AuditVerifier.verify(file);
            assertFalse(result.intact(), "byte " + i);
            assertTrue(result.badLine() >= 1 && result.badLine() <= 4, result::text);
        }
    }

    @Test
    void aLineTakenOutOrTwiceOrSwappedShows() throws IOException {
        write(4);
        List<String> lines = Files.readAllLines(file);
        for (List<Integer> order : List.of(List.of(0, 2, 3), List.of(0, 1, 1, 2), List.of(0, 2, 1, 3), List.of(1, 2))) {
            Files.write(file, order.stream().map(lines::get).toList());
            assertFalse(AuditVerifier.verify(file).intact(), order::toString);
        }
    }

    @Test
    void theFirstBadLineIsNamed() throws IOException {
        write(4);
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.set(1, lines.get(1).replace("\"n\":\"1\"", "\"n\":\"9\""));
        Files.write(file, lines);
        AuditVerifier.Result result = AuditVerifier.verify(file);
        assertEquals(3, result.badLine());
        assertEquals(
                "line 3 is not chained to the line before: one of the two was changed, or lines were taken out;"
                        + " 2 events before it are good",
                result.text());
        Files.writeString(file, "nonsense\n", StandardOpenOption.APPEND);
        assertEquals(3, AuditVerifier.verify(file).badLine());
    }

    @Test
    void aLineThatACrashCutOffIsNoChange() throws IOException {
        write(3);
        String whole = Files.readString(file);
        Files.writeString(file, whole.substring(0, whole.length() - 20));
        AuditVerifier.Result torn = AuditVerifier.verify(file);
        assertTrue(torn.intact());
        assertEquals(
                "2 events, all good; line 3 was cut off when the supervisor ended, its event is lost", torn.text());
        write(2);
        AuditVerifier.Result resumed = AuditVerifier.verify(file);
        assertEquals(new AuditVerifier.Result(5, 0, "", List.of(3L), false), resumed);
        assertEquals(
                "5 events, all good; line 3 was cut off when the supervisor ended, and the file went on after it",
                resumed.text());
    }

    @Test
    void whereverACrashCutsTheFileItIsContinued() throws IOException {
        write(2);
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file, Bytes.of(whole, 0, length).toArray());
            write(1);
            int at = length;
            assertTrue(AuditVerifier.verify(file).intact(), () -> "cut at " + at);
        }
    }

    @Test
    void nonsenseThatNoCrashLeavesIsABadLine() throws IOException {
        write(2);
        Files.writeString(file, "nonsense\n", StandardOpenOption.APPEND);
        assertEquals(3, AuditVerifier.verify(file).badLine());
        PolicyException e = assertThrows(PolicyException.class, () -> AuditLog.open(file));
        assertEquals(
                "audit file " + file
                        + ": line 3 is no audit event; 2 events before it are good; move it away and begin a"
                        + " new one, or name another file",
                e.getMessage());
    }

    @Test
    void oneFileHasOneWriter() {
        try (AuditLog log = AuditLog.open(file)) {
            log.event("box", event(1));
            PolicyException e = assertThrows(PolicyException.class, () -> AuditLog.open(file));
            assertEquals("audit file " + file + " is in use by another supervisor; name another file", e.getMessage());
        }
    }

    @Test
    void aFileThatCannotBeMadeIsOneClearLine() {
        Path nowhere = folder.resolve("none/audit");
        PolicyException e = assertThrows(PolicyException.class, () -> AuditLog.open(nowhere));
        assertTrue(String.valueOf(e.getMessage()).startsWith("audit file " + nowhere + " cannot be written: "));
    }
}
