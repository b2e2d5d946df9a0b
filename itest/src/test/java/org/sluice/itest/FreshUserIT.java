package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The first minutes of a user: nothing is set, nothing is installed, the checkout belongs to somebody else. */
class FreshUserIT {

    private static final String ARCHIVE = "launcher/target/sluice-0.1.0.tar.gz";

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void needsNoHomeAndNoVariables(User user) throws Exception {
        List<String> command = List.of(
                "env",
                "-i",
                "PATH=" + Programs.PATH,
                Distribution.home().resolve("bin/sluice").toString(),
                "run",
                "--",
                "sh",
                "-c",
                "echo works >file; cat file; echo ${HOME-no home}");
        Path folder = user.folder();
        Distribution.Result result = Distribution.bare(user, folder, "", command);
        assertEquals("works\nno home\n", result.out(), result::err);
        assertEquals("", result.err());
        assertEquals(0, result.status());
        Path own = Path.of("/tmp/sluice-" + Files.getAttribute(folder, "unix:uid"));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(own)));
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void twoFirstRunsOfAReadOnlyCheckoutInstallOnce(User user) throws Exception {
        Path tree = readOnlyCheckout();
        Path data = user.folder();
        List<String> command = List.of(
                "env",
                "XDG_DATA_HOME=" + data,
                tree.resolve("sluice").toString(),
                "run",
                "--",
                "sh",
                "-c",
                "echo works; exit 7");
        try (Running first = Running.start(user, user.folder(), command);
                Running second = Running.start(user, user.folder(), command)) {
            assertEquals(7, first.awaitEnd(), first::output);
            assertEquals(7, second.awaitEnd(), second::output);
            assertTrue(first.output().endsWith("works\n"), first::output);
            assertTrue(second.output().endsWith("works\n"), second::output);
            boolean installedByFirst = first.output().contains("installing");
            assertTrue(installedByFirst != second.output().contains("installing"), first.output() + second.output());
        }
        Distribution.Result third = Distribution.bare(user, user.folder(), "", command);
        assertEquals("works\n", third.out());
        assertEquals("", third.err());
        try (var left = Files.list(data.resolve("sluice"))) {
            List<String> names =
                    left.map(file -> file.getFileName().toString()).sorted().toList();
            assertEquals(List.of(".sluice.lock", "0.1.0"), names);
        }
        assertFalse(Files.exists(tree.resolve("launcher/target/.sluice.lock")));
    }

    /** What the script looks at of a tree that has been built, and nobody may write to it. */
    private static Path readOnlyCheckout() throws Exception {
        Path original = Path.of(Distribution.property("sluice.tree"));
        Path tree = User.OWN.folder();
        Files.createDirectories(tree.resolve(ARCHIVE).getParent());
        for (String name : List.of("sluice", "pom.xml", "bnd.bnd")) {
            Files.copy(original.resolve(name), tree.resolve(name), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.createDirectory(tree.resolve("cnf"));
        Files.copy(original.resolve(ARCHIVE), tree.resolve(ARCHIVE));
        Files.setLastModifiedTime(tree.resolve(ARCHIVE), FileTime.from(Instant.now()));
        Distribution.Result result =
                Distribution.bare(User.OWN, tree, "", List.of("chmod", "-R", "a-w,a+rX", tree.toString()));
        assertEquals(0, result.status(), result::err);
        return tree;
    }
}
