package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.policy.ProfileLoader;

/**
 * A target cannot reach its supervisor: not by a call that names a process, not through procfs, not where the supervisor
 * lives. The attacker is {@code hostile.c}, which says what each try came to. Not among the tries are chmod(2), chown(2),
 * utimensat(2) and setxattr(2): Landlock does not cover them.
 */
class HostileTest {

    private static final int FEWEST_TRIES = 200;

    @TempDir
    private Path folder;

    private Path program;

    @BeforeEach
    void compile() throws Exception {
        program = Programs.compile(folder, "hostile");
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "open"})
    void cannotReachItsSupervisor(String profile) throws Exception {
        holds(ChildJvm.asThisUser(folder, HostileMain.class, folder.toString(), profile, program.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "open"})
    void cannotReachItsSupervisorAsAnOrdinaryUser(String profile) throws Exception {
        Assumptions.assumeTrue(ChildJvm.isRoot(), "only root can become another user; this run is by an ordinary one");
        holds(ChildJvm.asAnother(folder, HostileMain.class, folder.toString(), profile, program.toString()));
    }

    private static void holds(ProcessBuilder supervisor) throws Exception {
        Process process =
                supervisor.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        List<String> broken =
                said.lines().filter(line -> line.startsWith("BROKE")).toList();
        assertEquals(List.of(), broken, said);
        long held = said.lines().filter(line -> line.startsWith("held")).count();
        assertTrue(held >= FEWEST_TRIES && said.contains("\nend\nstatus 0\nunchanged\n"), said);
    }

    @Test
    @EnabledIfSystemProperty(named = "os.arch", matches = "amd64")
    void otherDoorsOfTheKernelAreShut() throws Exception {
        Path abi = Programs.compile(folder, "abi");
        Path work = Files.createDirectory(folder.resolve("work"));
        for (String profile : List.of("default", "open")) {
            try (Arena arena = Arena.standard(work, List.of())) {
                Arena.Result result = arena.run(
                        new ProfileLoader().load(profile),
                        Files.copy(abi, work.resolve(profile)).toString());
                assertEquals(0, result.status(), result.output());
                assertEquals(2, result.output().lines().count(), result.output());
                for (String line : result.output().lines().toList()) {
                    assertTrue(line.matches("(int80|x32) (result -[0-9]+|signal [0-9]+)"), line);
                }
            }
        }
    }
}
