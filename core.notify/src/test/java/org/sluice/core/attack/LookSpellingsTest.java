package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
 * Where a profile asks for it ({@code procfs.strict}), processes outside the sandbox and interfaces of the machine are not
 * there for calls that look at names either, however the path is spelled and whatever is changed meanwhile; for root and for
 * an ordinary user. {@code -Dsluice.attack.tries} says how often the racing attacker tries.
 */
class LookSpellingsTest {

    private static final long FEWEST = 10_000;
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
    private List<String> run(boolean own, String mode, String... arguments) throws Exception {
        Assumptions.assumeTrue(own || ChildJvm.isRoot(), "only root can become another user");
        Path program = Programs.compile(real, "lookspell");
        String[] all = Stream.concat(Stream.of(mode, work.toString(), program.toString()), Arrays.stream(arguments))
                .toArray(String[]::new);
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

    /** The interfaces of this machine that the sandbox has not. */
    private static String interfaces() throws Exception {
        try (Stream<Path> all = Files.list(Path.of("/sys/class/net"))) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> !name.equals("lo"))
                    .collect(Collectors.joining(","));
        }
    }

    @ParameterizedTest
    @CsvSource({"true, kernel", "false, synthetic"})
    void noSpellingFindsWhatIsHidden(boolean own, String mode) throws Exception {
        List<String> lines =
                run(own, mode + SpellMain.STRICT, "spell", work.toString(), "," + interfaces(), "@pid", "@tid", "1");
        assertEquals(2, lines.size(), () -> String.join("\n", lines));
        for (String line : lines) {
            long[] counts = counts(line);
            assertTrue(counts[0] >= FEWEST, line);
            assertEquals(0, counts[1], "found");
            assertTrue(counts[2] > 0, line);
            assertEquals(0, counts[3], "missed");
        }
    }

    /** The path, and what a descriptor's number stands for, is exchanged while the call is judged. */
    @Test
    void noRaceFindsWhatIsHidden() throws Exception {
        List<String> lines = run(
                !ChildJvm.isRoot(), "kernel" + SpellMain.STRICT, "race", Long.toString(TRIES), work.toString(), "@pid");
        long[] counts = counts(lines.get(0));
        System.out.println("allowed " + counts[0] + ", none " + counts[1] + ", found " + counts[2] + " of " + TRIES
                + ", stood in " + counts[3]);
        assertEquals(0, counts[2], "found");
        assertTrue(counts[0] >= TRIES / 50 && counts[1] >= TRIES / 50, lines.get(0));
    }

    /** There is something to find: without it the machine's processes show. */
    @Test
    void otherwiseTheyAreFound() throws Exception {
        List<String> lines = run(true, "kernel", "spell", work.toString(), ",", "1");
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("FOUND stat /proc/1 ")), () -> lines.get(0));
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("FOUND 1 in a list ")), () -> lines.get(0));
    }

    /** Lists are made without them as soon as their files are hidden. */
    @Test
    void listsLackThemWhereFilesAreHidden() throws Exception {
        List<String> lines = run(true, "kernel" + SpellMain.HIDE, "spell", work.toString(), ",", "1");
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("FOUND stat /proc/1 ")), () -> lines.get(0));
        assertTrue(lines.stream().noneMatch(line -> line.contains(" in a list ")), () -> String.join("\n", lines));
        assertTrue(lines.stream().noneMatch(line -> line.startsWith("FOUND openat /proc/1 ")), () -> lines.get(0));
    }
}
