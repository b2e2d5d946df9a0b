package org.sluice.core.attack;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/** Supervisors in a JVM of their own: to be killed, to be attacked as another user, to change what cannot be undone. */
final class ChildJvm {

    /** nobody. */
    private static final int ANOTHER = 65534;

    private ChildJvm() {}

    /** Whether {@link #asAnother} can work: only root can become somebody else. */
    static boolean isRoot() {
        return Linux.call(Nr.GETEUID, 0) == 0;
    }

    /** Runs {@code main} as the user of this JVM. */
    static ProcessBuilder asThisUser(Path folder, Class<?> main, String... arguments) {
        return new ProcessBuilder(command(classPath(), folder, main, arguments));
    }

    /** Runs {@code main} as an ordinary user, with copies that this user can read. */
    static ProcessBuilder asAnother(Path folder, Class<?> main, String... arguments) throws IOException {
        Path copies = Files.createDirectory(folder.resolve("copies"));
        List<String> parts = new ArrayList<>();
        for (String part : classPath().split(File.pathSeparator, -1)) {
            Path original = Path.of(part);
            if (Files.exists(original)) {
                Path copy = copies.resolve(parts.size() + "-" + original.getFileName());
                copy(original, copy);
                parts.add(copy.toString());
            }
        }
        give(folder);
        List<String> command =
                new ArrayList<>(List.of("setpriv", "--reuid=" + ANOTHER, "--regid=" + ANOTHER, "--clear-groups", "--"));
        command.addAll(command(String.join(File.pathSeparator, parts), folder, main, arguments));
        return new ProcessBuilder(command);
    }

    private static List<String> command(String classPath, Path folder, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djna.nosys=false",
                "-Djava.io.tmpdir=" + folder,
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(to.resolve(from.relativize(directory).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(
                        file,
                        file.equals(from)
                                ? to
                                : to.resolve(from.relativize(file).toString()));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void give(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.setAttribute(directory, "unix:uid", ANOTHER);
                Files.setAttribute(directory, "unix:gid", ANOTHER);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.setAttribute(file, "unix:uid", ANOTHER, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(file, "unix:gid", ANOTHER, LinkOption.NOFOLLOW_LINKS);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
