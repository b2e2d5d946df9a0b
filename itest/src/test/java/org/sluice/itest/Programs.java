package org.sluice.itest;

import java.io.File;
import java.nio.file.Files;
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
        return Stream.of(PATH.split(File.pathSeparator)).anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    }
}
