package org.sluice.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.testkit.Handlers.Parent;

/** Tests of a user without rights, groups and home; only root can become one. */
class NobodyTest {

    private static final int NOBODY = 65534;

    @TempDir
    private Path folder;

    @Test
    void anOrdinaryUserTestsHandlersToo() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can become another user");
        Path classes = Files.createDirectory(folder.resolve("classes"));
        Path work = Files.createDirectory(folder.resolve("work"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setAttribute(work, "unix:uid", NOBODY);
        List<String> command = new ArrayList<>(
                List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "env", "--unset=HOME"));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + work,
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                readable(classes),
                Program.class.getName()));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(work.toFile()).redirectErrorStream(true);
        // Folders of root's path may be closed to this user.
        builder.environment().put("PATH", "/usr/local/bin:/usr/bin:/bin");
        Process process = builder.start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals("0: 7 by 65534\n", text);
        try (Stream<Path> left = Files.list(work)) {
            assertEquals(
                    List.of(),
                    left.filter(path -> path.getFileName().toString().startsWith("sluice-testkit"))
                            .toList());
        }
    }

    /** What the other user runs. */
    static final class Program {

        private Program() {}

        public static void main(String[] arguments) {
            try (TestSandbox sandbox = new TestSandbox()) {
                TestRun run =
                        sandbox.add(new Parent(42), Map.of("number", 7L)).run("sh", "-c", "echo $PPID by $(id -u)");
                System.out.print(run.status() + ": " + run.out() + run.err());
            }
        }
    }

    /** The class path in a folder that everybody can read. */
    private static String readable(Path to) throws Exception {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path from = Path.of(entry);
            if (Files.exists(from)) {
                Path copy = to.resolve(entries.size() + "-" + from.getFileName());
                copy(from, copy);
                entries.add(copy.toString());
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private static void copy(Path from, Path to) throws Exception {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        }
    }
}
