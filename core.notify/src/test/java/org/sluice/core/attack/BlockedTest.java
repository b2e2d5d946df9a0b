package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.Sandbox;
import org.sluice.linux.Linux;
import org.sluice.policy.Profile;

/**
 * connect(2) to an address that never answers, made in the target's place: it stalls nothing else of its sandbox, ends with
 * the target, and is interrupted by a signal as natively. The target is {@code blocked.c}.
 */
@Timeout(120)
class BlockedTest extends Attacker {

    private static final int SIGKILL = 9;
    private static final int CROWD = 200;

    private static final String RULES = "\"network\": { \"connect\": \"loopback\", \"bind\": \"allow\" },"
            + " \"handlers\": { \"bind\": {}, \"connect\": {}, \"portmap\": {}, \"unix\": {} }";

    private static final Profile PROFILE = Arena.profile(RULES);

    BlockedTest() {
        super("blocked");
    }

    @Test
    void twoHundredBlockedConnectsStallNothingAndEndWithTheTarget() throws Exception {
        Path said = folder.resolve("said");
        int fd = Arena.open(said);
        try (Sandbox sandbox = arena.start(PROFILE, fd, program.toString(), "crowd", Integer.toString(CROWD))) {
            // The target says it in a file, which nobody can be woken by; without a bound a stall would hang the build.
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
            while (!Files.readString(said).endsWith("\n")) {
                assertTrue(System.nanoTime() < deadline, "the other calls stalled");
                assertTrue(sandbox.main().exit().getNow(null) == null, "the target ended: " + Files.readString(said));
                // A step of a bounded wait, for that reason.
                Thread.sleep(10);
            }
            assertTrue(supervisorThreads(sandbox) >= CROWD, "the connects did not block in the supervisor");
            sandbox.main().signal(SIGKILL);
            assertEquals(128 + SIGKILL, sandbox.end().get().shellCode());
            // The end of a sandbox is told when no call of it is in progress any more.
            assertEquals("others 1000\n", Files.readString(said));
        } finally {
            Linux.close(fd);
        }
    }

    /** Threads that receive for this sandbox or are in one of its calls. */
    private static long supervisorThreads(Sandbox sandbox) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("sluice-" + sandbox.name() + "-"))
                .count();
    }

    @ParameterizedTest
    @CsvSource({"signal, -1 4 1", "restart, 0 0 1"})
    void aSignalInterruptsAsNatively(String how, String expected) throws Exception {
        assertEquals(expected + "\n", natively(how));
        Arena.Result result = arena.run(PROFILE, program.toString(), how);
        assertEquals(expected + "\n", result.output());
        assertEquals(0, result.status());
    }

    private String natively(String how) throws Exception {
        Process process = new ProcessBuilder(program.toString(), how)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        return output;
    }

    @ParameterizedTest
    @CsvSource({"signal, -1 4 1", "restart, 0 0 1"})
    void anOrdinaryUserIsInterruptedAsNatively(String how, String expected) throws Exception {
        Recorded recorded = Recorded.run(folder, false, RULES, program.toString(), how);
        assertEquals(List.of(expected), recorded.output());
    }

    /** The end by the limit comes though calls are blocked, and would be for minutes; for this user and another. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theTimeLimitOfTheSandboxIsNotStalled(boolean own) throws Exception {
        Recorded recorded = Recorded.run(
                folder,
                own,
                RULES + ", \"limits\": { \"time\": \"5s\" }",
                program.toString(),
                "crowd",
                Integer.toString(CROWD));
        assertEquals("status 137", recorded.record().get(recorded.record().size() - 1));
        List<String> told = recorded.recorded("told");
        assertEquals(1, told.size(), told::toString);
        assertTrue(told.get(0).startsWith("the time limit of 5000 ms is over"), told.get(0));
    }
}
