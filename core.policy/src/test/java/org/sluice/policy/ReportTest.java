package org.sluice.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sluice.notify.Denial;
import org.sluice.policy.json.JsonReader;

/** The list at the end of a run, and the log behind it. */
class ReportTest {

    private final DenialLog log = new DenialLog(20);

    private void deny(String operation, String target, String remedy) {
        log.add(new DenialRecord(
                Instant.EPOCH, "box", 7, "curl", "connect", 13, new Denial(operation, target, "no grant", remedy)));
    }

    private Report report(int status, boolean confined) {
        return new Report("box", log.summary(), status, confined, false);
    }

    @Test
    void nothingDeniedIsNothingSaid() {
        assertEquals("", report(0, true).text());
        assertEquals("", report(1, false).text());
    }

    @Test
    void denialsAreGroupedByKindWithTheirFlags() {
        deny("net/connect", "192.0.2.1!443", "--allow-connect '192.0.2.1!443'");
        deny("net/connect", "192.0.2.1!443", "--allow-connect '192.0.2.1!443'");
        deny("syscall", "ptrace", "");
        deny("net/connect", "/run/x.sock", "--unix-connect /run/x.sock");
        assertEquals(
                """
                sluice: 4 calls were denied in box
                  net/connect (3)
                    192.0.2.1!443 (2 times): no grant
                    /run/x.sock: no grant
                    to allow: --allow-connect '192.0.2.1!443' --unix-connect /run/x.sock
                  syscall (1)
                    ptrace: no grant
                """,
                report(0, true).text());
    }

    @Test
    void aFailedCommandUnderLandlockIsToldOfWhatIsNotRecorded() {
        assertEquals(
                """
                sluice: The command failed. Landlock, which confines it to the granted files,
                      denies in the kernel, and such denials are not recorded here. If a file
                      was missing to the command, grant it with --read PATH or --write PATH.
                """,
                report(1, true).text());
        deny("net/connect", "192.0.2.1!443", "--allow-connect '192.0.2.1!443'");
        assertTrue(report(1, true).text().contains("\n  The command failed. Landlock"));
        assertTrue(report(1, true).json().contains("\"note\" : \"The command failed."));
    }

    @Test
    void linesHaveAtMostEightyColumnsAndTheListIsShort() {
        for (int i = 0; i < 30; i++) {
            deny("net/connect", "2001:db8:1:2:3:4:5:" + i + "!443", "--allow-connect 2001:db8:1:2:3:4:5:" + i + "!443");
        }
        String text = report(1, true).text();
        assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
        assertTrue(text.contains("    and 10 more targets; --report json lists them\n"), text);
        assertTrue(text.contains("  and 10 more of other targets\n"), text);
        assertTrue(text.startsWith("sluice: 30 calls were denied"), text);
    }

    @Test
    void nothingActsOnTheTerminal() {
        deny("net/connect", "\u001b[2Jx\u202e\n", "");
        String text = report(0, true).text();
        assertTrue(text.contains("\\u001b[2Jx\\u202e\\u000a"), text);
    }

    @Test
    void theLogIsBoundedAndCountsAll() {
        IntStream.range(0, 50).forEach(i -> deny("net/connect", "t" + i, ""));
        deny("net/connect", "t1", "");
        assertEquals(51, log.count());
        assertEquals(20, log.records().size());
        assertEquals("t1", log.records().get(19).denial().target());
        assertEquals(20, log.summary().groups().size());
        assertEquals(2, log.summary().groups().get(1).count());
        assertEquals(30, log.summary().ungrouped());
    }

    @Test
    void thatTheMachineWasShownIsSaid() {
        deny("syscall", "ptrace", "");
        Report report = new Report("box", log.summary(), 0, true, true);
        assertTrue(
                report.text().replaceAll("\\s+", " ").contains(" showed the machine's network interfaces."),
                report.text());
        assertTrue(report.json().contains("\"machineShown\" : true"), report.json());
    }

    @Test
    void jsonHasEveryGroup() throws JsonReader.Malformed {
        deny("net/connect", "192.0.2.1!443", "--allow-connect '192.0.2.1!443'");
        Object root = JsonReader.read(report(3, false).json().getBytes(StandardCharsets.UTF_8))
                .plain();
        Map<String, Object> denial = Map.ofEntries(
                Map.entry("operation", "net/connect"),
                Map.entry("target", "192.0.2.1!443"),
                Map.entry("reason", "no grant"),
                Map.entry("remedy", "--allow-connect '192.0.2.1!443'"),
                Map.entry("count", 1L),
                Map.entry("first", "1970-01-01T00:00:00Z"),
                Map.entry("last", "1970-01-01T00:00:00Z"),
                Map.entry("pid", 7L),
                Map.entry("command", "curl"),
                Map.entry("syscall", "connect"),
                Map.entry("errno", 13L));
        assertEquals(
                Map.of(
                        "sandbox",
                        "box",
                        "exitStatus",
                        3L,
                        "denied",
                        1L,
                        "ungrouped",
                        0L,
                        "denials",
                        List.of(denial),
                        "filesConfined",
                        false,
                        "machineShown",
                        false),
                root);
    }
}
