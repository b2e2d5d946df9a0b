package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Projects of third parties, built outside this build against what is published alone, in a supervisor that runs. */
class ExampleProjectIT {

    /**
     * Asks uname(2) without a pause, writes down every answer, and says when another one answers than before: in
     * one write, since two of them share the stream.
     */
    private static final String LOAD =
            """
            import os, sys
            last = None
            with open(sys.argv[1], 'w') as record:
                while not os.path.exists('stop'):
                    version = os.uname().version
                    number, edition = version.split(' ', 1)
                    if not edition.startswith('example-'):
                        edition = 'kernel'
                    print(edition, number, file=record)
                    if edition != last:
                        last = edition
                        os.write(1, f'{sys.argv[1]} {edition}\\n'.encode())
            """;

    private static Path first = Path.of("");
    private static Path second = Path.of("");

    @BeforeAll
    static void build() throws Exception {
        Path project = ThirdParty.copy("examples/handlers");
        ThirdParty.maven(project, "package");
        first = project.resolve("target/example-handlers-1.0.0.jar");
        assertTestsRan(project, "com.example.handlers.HandlersTest");
        assertTestsRan(project, "com.example.handlers.InSandboxTest");
        assertImports(first, "org.sluice.notify;version=\"[0.1,0.2)\"");
        ThirdParty.edit(project.resolve("pom.xml"), "<version>1.0.0</version>", "<version>1.1.0</version>");
        ThirdParty.edit(
                project.resolve("src/main/java/com/example/handlers/HostName.java"), "\"example-1\"", "\"example-2\"");
        ThirdParty.maven(project, "package", "-DskipTests");
        second = project.resolve("target/example-handlers-1.1.0.jar");
    }

    /** None failed, and none was skipped. */
    private static void assertTestsRan(Path project, String test) throws Exception {
        String report = Files.readString(project.resolve("target/surefire-reports/" + test + ".txt"));
        assertTrue(report.matches("(?s).*Tests run: [1-9].*Failures: 0, Errors: 0, Skipped: 0.*"), report);
    }

    /** The manual leads through this class; what it shows is what is made. */
    private static void assertShownInManual(String source) throws Exception {
        String manual = Files.readString(ThirdParty.tree().resolve("docs/writing-a-handler.md"));
        Matcher shown = Pattern.compile("```java\\n(@Component\\n@Handler\\(name = Parent.NAME.*?)```", Pattern.DOTALL)
                .matcher(manual);
        assertTrue(shown.find());
        assertTrue(
                source.replace("org.example.made.parent", "com.example.parent").contains(shown.group(1)),
                () -> shown.group(1) + "\nis not in\n" + source);
    }

    @Test
    void aProgramOnTheJvmNeedsOneDependency() throws Exception {
        Path project = ThirdParty.copy("examples/embedding");
        ThirdParty.maven(project, "package");
        assertTestsRan(project, "com.example.embedding.JudgeTest");
    }

    /** Nothing else of Sluice is imported, and no version that would be incompatible. */
    private static void assertImports(Path jar, String expected) throws Exception {
        try (JarFile file = new JarFile(jar.toFile())) {
            String imports = file.getManifest().getMainAttributes().getValue("Import-Package");
            assertEquals(
                    List.of(expected),
                    Pattern.compile(",(?![^\"]*\"(?:[^\"]*\"[^\"]*\")*[^\"]*$)")
                            .splitAsStream(imports)
                            .filter(each -> each.startsWith("org.sluice"))
                            .toList());
        }
    }

    @Test
    void theArchetypeMakesAProjectThatWorksAsItIs() throws Exception {
        Path project = ThirdParty.generate("made-handler", "org.example.made.parent");
        assertShownInManual(Files.readString(project.resolve("src/main/java/org/example/made/Parent.java")));
        ThirdParty.maven(project, "package");
        assertTestsRan(project, "org.example.made.ParentTest");
        assertImports(project.resolve("target/made-handler-1.0.0.jar"), "org.sluice.notify;version=\"[0.1,0.2)\"");
        Path home = Distribution.copyFor(User.OWN);
        deploy(project.resolve("target/made-handler-1.0.0.jar"), home.resolve("deploy/made-handler.jar"));
        try (Running running = Running.sluice(
                home,
                User.OWN,
                User.OWN.folder(),
                "run",
                "--handler",
                "org.example.made.parent",
                "--",
                "sh",
                "-c",
                "echo parent $PPID")) {
            assertEquals(0, running.awaitEnd(), running::output);
            assertTrue(running.output().endsWith("parent 42\n"), running::output);
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void isDeployedAnswersIsUpdatedUnderLoadAndRemoved(User user) throws Exception {
        Path home = Distribution.copyFor(user);
        Path folder = user.folder();
        Path deployed = home.resolve("deploy/example-handlers.jar");
        Files.writeString(folder.resolve("load.py"), LOAD);
        deploy(first, deployed);
        try (Running running = Running.sluice(
                home,
                user,
                folder,
                "run",
                "--handler",
                "com.example.host-name",
                "--",
                "sh",
                "-c",
                "python3 load.py a & python3 load.py b & wait")) {
            awaitBoth(running, "example-1");
            deploy(second, deployed);
            awaitBoth(running, "example-2");
            Files.delete(deployed);
            awaitBoth(running, "kernel");
            Files.createFile(folder.resolve("stop"));
            assertEquals(0, running.awaitEnd(), running::output);
        }
        List<Long> numbers = new ArrayList<>();
        for (String record : List.of("a", "b")) {
            numbers.addAll(checked(Files.readAllLines(folder.resolve(record))));
        }
        // The handler numbers its answers in the state of the sandbox. None is missing, none was given twice, and the
        // second
        // version went on where the first had ended.
        Collections.sort(numbers);
        assertEquals(Stream.iterate(1L, n -> n + 1).limit(numbers.size()).toList(), numbers);
    }

    private static void awaitBoth(Running running, String edition) throws Exception {
        running.awaitLine("a " + edition);
        running.awaitLine("b " + edition);
    }

    /** A program sees one version after the other and none again; returns the numbers of the handler's answers. */
    private static List<Long> checked(List<String> record) {
        List<String> editions = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        for (String line : record) {
            String[] words = line.split(" #", -1);
            if (editions.isEmpty() || !editions.get(editions.size() - 1).equals(words[0])) {
                editions.add(words[0]);
            }
            if (words[0].startsWith("example-")) {
                numbers.add(Long.valueOf(words[1]));
            }
        }
        assertEquals(List.of("example-1", "example-2", "kernel"), editions);
        return numbers;
    }

    /** Under another name first: whoever watches the folder never sees half of it. */
    private static void deploy(Path jar, Path to) throws Exception {
        Path making = to.resolveSibling("." + to.getFileName() + ".new");
        Files.copy(jar, making);
        Files.move(making, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
