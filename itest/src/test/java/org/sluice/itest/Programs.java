package org.sluice.itest;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The programs that tests run. They are the system's: a folder of the user who runs the tests is no part of them. */
final class Programs {

    /** Where they are looked up, by the tests and by what they start. */
    static final String PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";

    private Programs() {}

    /** Skips the test, by the names of what is missing. */
    static void require(String... names) {
        List<String> missing = Stream.of(names).filter(name -> !exists(name)).toList();
        Assumptions.assumeTrue(
                missing.isEmpty(), () -> "not installed: " + String.join(", ", missing) + "; .ci/run installs it");
    }

    private static boolean exists(String name) {
        return folders().anyMatch(folder -> Files.isExecutable(folder.resolve(name)));
    }

    private static Stream<Path> folders() {
        return Stream.concat(Stream.of(PATH.split(File.pathSeparator)).map(Path::of), versioned());
    }

    /** Debian keeps PostgreSQL's programs in a folder for each version. */
    private static Stream<Path> versioned() {
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.map(version -> version.resolve("bin")).toList().stream();
        } catch (NoSuchFileException e) {
            return Stream.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
