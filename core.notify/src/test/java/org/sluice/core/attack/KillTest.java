package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/**
 * kill -9 of the supervisor ends the target and all its descendants, whatever they did: double forks, sessions of their
 * own, SIGSTOP, ignored signals, a trapped call in progress. The target is {@code family.c}.
 */
class KillTest {

    private static final int SIGKILL = 9;
    private static final long PATIENCE_SECONDS = 30;
    private static final int DESCENDANTS = 10;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"default", "open"})
    void nothingOutlivesAKilledSupervisor(String profile) throws Exception {
        Path program = Programs.compile(folder, "family");
        Path work = Files.createDirectory(folder.resolve("work"));
        dies(ChildJvm.asThisUser(folder, FamilyMain.class, work.toString(), profile, program.toString()), work);
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "open"})
    void nothingOutlivesAKilledSupervisorOfAnOrdinaryUser(String profile) throws Exception {
        Assumptions.assumeTrue(ChildJvm.isRoot(), "only root can become another user; this run is by an ordinary one");
        Path program = Programs.compile(folder, "family");
        Path work = Files.createDirectory(folder.resolve("work"));
        dies(ChildJvm.asAnother(folder, FamilyMain.class, work.toString(), profile, program.toString()), work);
    }

    private static void dies(ProcessBuilder builder, Path work) throws Exception {
        Process supervisor =
                builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader said = supervisor.inputReader(StandardCharsets.UTF_8)) {
            int guard = Integer.parseInt(said.readLine());
            Path list = work.resolve("pids");
            await("the target to have its descendants", () -> lines(list).size() == DESCENDANTS + 1);
            List<Integer> pids = lines(list).stream().map(Integer::valueOf).toList();
            for (int pid : pids) {
                assertTrue(isAlive(pid), "process " + pid + " ended too early");
            }
            await("one to be stopped", () -> pids.stream().anyMatch(pid -> state(pid) == 'T'));
            assertEquals(0, Linux.call(Nr.KILL, supervisor.pid(), SIGKILL));
            assertTrue(supervisor.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
            for (int pid : pids) {
                await("process " + pid + " to end", () -> !isAlive(pid));
            }
            await("the guard to end", () -> !isAlive(guard));
        } finally {
            supervisor.destroyForcibly();
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A zombie has ended: it waits for nothing but its parent. */
    private static boolean isAlive(int pid) {
        char state = state(pid);
        return state != 0 && state != 'Z' && state != 'X';
    }

    private static char state(int pid) {
        try {
            String stat =
                    Files.readString(Path.of("/proc", Integer.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            // There is no such process any more.
            return 0;
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "waited in vain for " + what);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
