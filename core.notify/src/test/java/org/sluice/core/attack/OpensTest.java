package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileLoader;

/**
 * What the file broker opens in a target's place is what the target would have got from the kernel: {@code opens.c} opens
 * each kind of file with each set of flags, natively and in a sandbox where only the broker grants the folder.
 */
class OpensTest {

    private static final int FEWEST_LINES = 1200;

    @TempDir
    private Path temp;

    private Path folder;
    private Arena arena;

    @BeforeEach
    void open() throws Exception {
        folder = temp.toRealPath();
        Files.createDirectory(folder.resolve("work"));
        arena = Arena.standard(folder.resolve("work"), List.of());
    }

    @AfterEach
    void close() {
        arena.close();
    }

    static Profile broker(String files, String section) {
        String text = "{ \"files\": " + files + ", \"unix\": { \"default\": \"allow\" }, \"handlers\": { \"openat\": "
                + section + " } }";
        return new ProfileLoader().parse(text.getBytes(StandardCharsets.UTF_8), "broker");
    }

    static String system(Path... more) {
        StringBuilder text = new StringBuilder(
                "{ \"read\": [\"/usr\", \"/proc\", { \"path\": \"/lib64\", \"optional\": true }, { \"path\": \"/etc/ld.so.cache\","
                        + " \"optional\": true }");
        for (Path path : more) {
            text.append(", \"").append(path).append('"');
        }
        return text.append("] }").toString();
    }

    @Test
    void everyOpenIsLikeTheKernels() throws Exception {
        compare(
                two -> broker(
                        system(folder.resolve("opens")),
                        "{ \"read\": [\"" + two + "\"], \"write\": [\"" + two + "\"] }"),
                line -> false);
    }

    /** Where the kernel grants the folder, and nothing is left to it because files in there have to be trusted. */
    @Test
    void everyOpenIsLikeTheKernelsWhereFilesAreVerified() throws Exception {
        compare(
                two -> broker(
                        system(folder.resolve("opens")).replaceFirst("]", "], \"write\": [\"" + two + "\"]"),
                        "{ \"trusted\": { \"mode\": \"audit\", \"files\": [\"" + two + "/**/AGENTS.md\"] } }"),
                OpensTest::isRefused);
    }

    /** O_PATH by openat2(2): the core can neither hand such a descriptor over nor leave the call to the kernel, and says EPERM. */
    private static boolean isRefused(String line) {
        return line.matches("\\S+ 1\\d{7} kind 3: errno 1");
    }

    private void compare(Function<Path, Profile> profiles, Predicate<String> excepts) throws Exception {
        Path program = Programs.compile(folder, "opens");
        Path one = Files.createDirectories(folder.resolve("one/tree"));
        Path two = Files.createDirectories(folder.resolve("two/tree"));
        for (Path each : List.of(one, two)) {
            assertEquals("", natively(program, "prepare", each));
        }
        String expected = natively(program, "run", one);
        Arena.Result result = arena.run(profiles.apply(two), program.toString(), "run", two.toString());
        assertEquals(0, result.status(), result.output());
        String[] wanted = expected.split("\n", -1);
        String[] got = result.output().split("\n", -1);
        for (int i = 0; i < Math.min(wanted.length, got.length); i++) {
            assertEquals(excepts.test(got[i]) ? got[i] : wanted[i], got[i], "line " + i);
        }
        assertEquals(wanted.length, got.length);
        assertTrue(wanted.length > FEWEST_LINES, wanted.length + " lines");
        assertEquals(tree(one), tree(two), "what was made");
    }

    private static String natively(Path program, String verb, Path folder) throws Exception {
        List<String> command = new ArrayList<>(List.of("env", "--chdir=/"));
        if (ChildJvm.isRoot()) {
            // A target that is run by root has no capabilities.
            command.addAll(List.of("setpriv", "--inh-caps=-all", "--bounding-set=-all"));
        }
        command.addAll(List.of(program.toString(), verb, folder.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertEquals(0, process.waitFor(), said);
        return said;
    }

    /** Modes and sizes of everything below a folder. */
    private static String tree(Path folder) throws Exception {
        Process process = new ProcessBuilder("find", ".", "-printf", "%p %m %s %y\n")
                .directory(folder.toFile())
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)
                .lines()
                .sorted()
                .filter(line -> !line.endsWith(" d"))
                .reduce("", (a, b) -> a + "\n" + b);
    }
}
