package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.linux.Errno;
import org.sluice.target.Attempt;
import org.sluice.target.net.NetworkNamespace;

/**
 * With the files of the private network the supervisor opens what is in procfs and sysfs. They tell of the sandbox's private network
 * and never of the machine's, and serve nothing of the supervisor, however the path is spelled and whatever is changed
 * meanwhile; for root and for an ordinary user, whether
 * the kernel shows that network or it is synthetic. The private network has an interface that the machine has not, so what lacks
 * it is the machine's. {@code -Dsluice.attack.tries} says how often the racing attacker tries.
 */
class NetSpellingsTest {

    private static final long FEWEST = 1000;
    private static final long TRIES = Long.getLong("sluice.attack.tries", 10_000);

    @TempDir
    private Path temp;

    private Path real;
    private Path work;

    @BeforeEach
    void open() throws Exception {
        Attempt<NetworkNamespace> network = NetworkNamespace.make();
        Assumptions.assumeTrue(
                network.succeeded(), () -> "no network namespace here: " + Errno.describe(network.errno()));
        network.get().close();
        real = temp.toRealPath();
        work = Files.createDirectory(real.resolve("work"));
    }

    /** What the program prints in a sandbox of this user, or of an ordinary one. */
    private List<String> run(boolean own, String mode, Path program, String... arguments) throws Exception {
        Assumptions.assumeTrue(own || ChildJvm.isRoot(), "only root can become another user");
        String[] all = new String[arguments.length + 3];
        all[0] = mode;
        all[1] = work.toString();
        all[2] = program.toString();
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        ProcessBuilder builder =
                own ? ChildJvm.asThisUser(real, SpellMain.class, all) : ChildJvm.asAnother(real, SpellMain.class, all);
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertEquals(0, process.waitFor(), said);
        return said.lines().toList();
    }

    private static long[] counts(String line) {
        return Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    }

    @ParameterizedTest
    @CsvSource({"true, kernel", "true, synthetic", "false, kernel", "false, synthetic"})
    void noSpellingTellsOfTheMachine(boolean own, String mode) throws Exception {
        Path program = Programs.compile(real, "netspell");
        List<String> lines = run(own, mode, program, "spell", "@pid", work.toString(), SpellMain.MARK);
        assertEquals(2, lines.size(), () -> String.join("\n", lines));
        for (String line : lines) {
            long[] counts = counts(line);
            assertTrue(counts[0] >= FEWEST, line);
            assertEquals(0, counts[2], line);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, kernel", "true, synthetic", "false, kernel", "false, synthetic"})
    void noSpellingServesTheSupervisor(boolean own, String mode) throws Exception {
        Path program = Programs.compile(real, "procspell");
        List<String> lines = run(own, mode, program, "@pid", "@tid", work.toString());
        assertEquals(2, lines.size(), () -> String.join("\n", lines));
        for (String line : lines) {
            long[] counts = counts(line);
            assertTrue(counts[0] >= FEWEST, line);
            assertEquals(0, counts[1], "broke in");
            assertTrue(counts[2] > 0, line);
            assertEquals(0, counts[3], "not served");
        }
    }

    /** The path is rewritten in memory, and a link on it flipped, while the call is judged. */
    @ParameterizedTest
    @CsvSource({"true, kernel", "true, synthetic", "false, kernel", "false, synthetic"})
    void noRaceTellsOfTheMachine(boolean own, String mode) throws Exception {
        Path program = Programs.compile(real, "netspell");
        List<String> lines = run(own, mode, program, "race", Long.toString(TRIES), work.toString(), SpellMain.MARK);
        String seen = String.join("\n", lines);
        long[] counts = counts(lines.get(lines.size() - 1));
        System.out.println("own " + counts[0] + ", none " + counts[1] + ", machine's " + counts[2] + " of " + TRIES);
        assertEquals(0, counts[2], seen);
        assertTrue(counts[0] >= TRIES / 50 && counts[1] >= TRIES / 50, seen);
    }

    /** There is something to find: without virtual files the machine's network shows. */
    @Test
    void withoutVirtualFilesTheMachineShows() throws Exception {
        try (Arena arena = Arena.standard(work, List.of())) {
            Arena.Result result = arena.run(
                    SpellMain.profile("kernel", Path.of("/bin/sh"))
                            .with()
                            .virtualFiles(false)
                            .build(),
                    "/bin/sh",
                    "-c",
                    "cat /proc/net/dev; ls /sys/class/net /proc/sys/net/ipv4/conf");
            assertEquals(0, result.status(), result.output());
            assertTrue(result.output().contains("lo:"), result.output());
            assertTrue(!result.output().contains(SpellMain.MARK), result.output());
        }
    }
}
