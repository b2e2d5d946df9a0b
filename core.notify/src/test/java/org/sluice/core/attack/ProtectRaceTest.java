package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.policy.Profile;

/**
 * Protected places, and somebody outside who changes at every moment what a path leads to; {@code OpenRaceTest} has the
 * target do that. The attacker is {@code protectrace.c}; {@code -Dsluice.attack.tries} says how often it tries.
 */
class ProtectRaceTest {

    @TempDir
    private Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"hardlink", "exchange", "recreate"})
    void whatIsProtectedIsNeverOpened(String mode) throws Exception {
        Tally.of(mode, ProtectMain.run(mode, temp.toRealPath(), Tally.TRIES)).holds();
    }

    /** In a mount namespace of its own, with its supervisor. */
    @Test
    void aMountThatComesAndGoesOpensNothing() throws Exception {
        Assumptions.assumeTrue(ChildJvm.isRoot(), "only root can mount; this run is by an ordinary user");
        Path folder = temp.toRealPath();
        ProcessBuilder builder =
                ChildJvm.asThisUser(folder, ProtectMain.class, "mount", folder.toString(), Long.toString(Tally.TRIES));
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "--propagation", "private", "--"));
        command.addAll(builder.command());
        Process process = builder.command(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        Tally.of("mount", said).holds();
    }

    /** Opens of a named pipe without O_NONBLOCK wait for its other end; nobody else does, whatever a path leads to. */
    @Test
    void aPipeHoldsUpNobody() throws Exception {
        Path folder = temp.toRealPath();
        Path program = Programs.compile(folder, "protectrace");
        Path work = Files.createDirectory(folder.resolve("work"));
        Path served = Files.createDirectory(folder.resolve("served"));
        Path plain = Files.writeString(served.resolve("f"), "public");
        Path pipe = served.resolve("p");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Profile profile = OpensTest.broker(
                OpensTest.system(program).replaceFirst("]", "], \"write\": [\"" + work + "\"]"),
                "{ \"read\": [\"" + served + "\"], \"write\": [\"" + served + "\"] }");
        try (Arena arena = Arena.standard(work, List.of())) {
            Arena.Result result = arena.run(
                    profile,
                    program.toString(),
                    Long.toString(Tally.TRIES),
                    pipe.toString(),
                    plain.toString(),
                    work.toString(),
                    "fifo");
            Tally.of("fifo", result).holdsForEachTry();
        }
    }
}
