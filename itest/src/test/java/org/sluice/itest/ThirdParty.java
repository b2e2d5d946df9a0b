package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Builds projects that are no part of this build, as somebody does who has installed Sluice: Maven finds what this build
 * published in its local repository. That is one of the tests' own. For everything else it leads to the one of this build, where
 * the plugins are that both use, so nothing is downloaded; into that one nothing is installed.
 */
final class ThirdParty {

    /** What is published; the first has the poms' common part. */
    private static final List<String> PUBLISHED = List.of(
            "sluice",
            "core.api",
            "core.bpf",
            "core.target",
            "core.policy",
            "core.notify",
            "handler.bind",
            "handler.connect",
            "handler.netlink",
            "handler.openat",
            "handler.portmap",
            "handler.procfs",
            "handler.unix",
            "embed",
            "testkit",
            "archetype");

    private static final String VERSION = "0.1.0";

    /** The version that made the archetype: it is where this build has left it. */
    private static final String ARCHETYPE_PLUGIN = "org.apache.maven.plugins:maven-archetype-plugin:3.4.1";

    private static @Nullable Path repository;

    private ThirdParty() {}

    /** A copy of a project of this tree, without what was built of it. */
    static Path copy(String project) throws Exception {
        Path from = tree().resolve(project);
        Path to = Files.createTempDirectory("sluice-itest-project");
        Distribution.removeAtEnd(to);
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (folder.equals(from.resolve("target"))) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(to.resolve(from.relativize(folder).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
                return FileVisitResult.CONTINUE;
            }
        });
        return to;
    }

    /** A project that the archetype makes. */
    static Path generate(String artifact, String handler) throws Exception {
        Path folder = Files.createTempDirectory("sluice-itest-archetype");
        Distribution.removeAtEnd(folder);
        maven(
                folder,
                ARCHETYPE_PLUGIN + ":generate",
                "-DarchetypeCatalog=local",
                "-DarchetypeGroupId=org.sluice",
                "-DarchetypeArtifactId=archetype",
                "-DarchetypeVersion=" + VERSION,
                "-DgroupId=org.example.made",
                "-DartifactId=" + artifact,
                "-Dhandler=" + handler);
        return folder.resolve(artifact);
    }

    /** Replaces a text that a file has exactly once. */
    static void edit(Path file, String old, String fresh) throws Exception {
        String text = Files.readString(file);
        assertEquals(2, text.split(Pattern.quote(old), -1).length, "'" + old + "' in " + file);
        Files.writeString(file, text.replace(old, fresh));
    }

    /** Runs Maven in a project. */
    static void maven(Path project, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--unset=MAVEN_ARGS",
                "JAVA_HOME=" + System.getProperty("java.home"),
                Path.of(Distribution.property("sluice.maven"), "bin", "mvn").toString(),
                "-o",
                "-q",
                "-B",
                // Wherever this build got something from, it is there.
                "-Daether.enhancedLocalRepository.trackingFilename=none",
                "-Dmaven.repo.local=" + repository()));
        command.addAll(List.of(arguments));
        Distribution.Result result = Distribution.bare(User.OWN, project, "", command);
        assertEquals(0, result.status(), () -> result.out() + result.err());
    }

    private static synchronized Path repository() throws Exception {
        Path known = repository;
        if (known != null) {
            return known;
        }
        Path made = Files.createTempDirectory("sluice-itest-repository");
        Distribution.removeAtEnd(made);
        Path shared = Path.of(Distribution.property("sluice.repository"));
        link(shared, made, "org");
        Path org = Files.createDirectory(made.resolve("org"));
        link(shared.resolve("org"), org, "sluice");
        for (String artifact : PUBLISHED) {
            publish(artifact, org.resolve("sluice"));
        }
        repository = made;
        return made;
    }

    private static void link(Path from, Path to, String without) throws Exception {
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                String name = String.valueOf(entry.getFileName());
                if (!name.equals(without)) {
                    Files.createSymbolicLink(to.resolve(name), entry);
                }
            }
        }
    }

    private static void publish(String artifact, Path group) throws Exception {
        Path folder = Files.createDirectories(group.resolve(artifact).resolve(VERSION));
        String file = artifact + "-" + VERSION;
        boolean parent = artifact.equals("sluice");
        Path module = parent ? tree() : tree().resolve(artifact);
        Files.copy(module.resolve("pom.xml"), folder.resolve(file + ".pom"));
        if (!parent) {
            Files.copy(module.resolve("target").resolve(file + ".jar"), folder.resolve(file + ".jar"));
        }
    }

    /** This source tree. */
    static Path tree() {
        return Path.of(Distribution.property("sluice.tree")).normalize();
    }
}
