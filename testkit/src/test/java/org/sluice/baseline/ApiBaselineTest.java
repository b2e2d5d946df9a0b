package org.sluice.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aQute.bnd.version.Version;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.Sluice;
import org.sluice.notify.SyscallHandler;
import org.sluice.testkit.TestSandbox;

/**
 * The API that is published is compatible with its baseline, or its version says otherwise. A baseline is the API of the last
 * release, in {@code cnf/baseline}; a release writes it anew, with {@code -Dsluice.baseline.write=true}.
 */
class ApiBaselineTest {

    private static final Map<String, Class<?>> PUBLISHED = Map.of(
            "org.sluice.notify",
            SyscallHandler.class,
            "org.sluice",
            Sluice.class,
            "org.sluice.testkit",
            TestSandbox.class);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"org.sluice.notify", "org.sluice", "org.sluice.testkit"})
    void theVersionSaysWhatHasChanged(String name) throws Exception {
        Class<?> inside = PUBLISHED.get(name);
        File classes = new File(
                inside.getProtectionDomain().getCodeSource().getLocation().toURI());
        Api now = Api.of(classes, name, inside.getClassLoader());
        Path file = Path.of("..", "cnf", "baseline", name + ".txt");
        if (Boolean.getBoolean("sluice.baseline.write")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, now.write());
        }
        Step step = Step.between(Api.parse(Files.readString(file)), now);
        assertTrue(
                now.version().compareTo(step.needed()) >= 0,
                () -> name + " has version " + now.version() + " in its package-info, but needs " + step.needed()
                        + "; raise it there, or before the first release record the API anew (docs/compatibility.md)."
                        + " Since then:\n" + String.join("\n", step.changes()));
    }

    private static final String OLD =
            """
            @org.osgi.annotation.versioning.%s
            public interface Face {
                int kept();
                default int gone() { return 1; }
            }
            """;

    @Test
    void whatIsTakenAwayNeedsAStepThatSaysSo() throws Exception {
        Step step = step("1.2.3", "ProviderType", OLD.replaceAll(".*gone.*\n", ""));
        assertEquals(new Version(2, 0, 0), step.needed());
        assertEquals(List.of("REMOVED METHOD p p.Face gone()"), step.changes());
        assertEquals(
                new Version(0, 3, 0),
                step("0.2.3", "ProviderType", OLD.replaceAll(".*gone.*\n", "")).needed());
    }

    @Test
    void whatOthersImplementMayNotGrow() throws Exception {
        String grown = OLD.replace("int kept();", "int kept(); int more();");
        assertEquals(new Version(2, 0, 0), step("1.2.3", "ConsumerType", grown).needed());
        assertEquals(new Version(0, 3, 0), step("0.2.3", "ConsumerType", grown).needed());
        String optional = OLD.replace("int kept();", "int kept(); default int more() { return 2; }");
        assertEquals(
                new Version(1, 3, 0), step("1.2.3", "ConsumerType", optional).needed());
    }

    @Test
    void whatIsOnlyUsedMayGrow() throws Exception {
        String grown = OLD.replace("int kept();", "int kept(); int more();");
        Step step = step("1.2.3", "ProviderType", grown);
        assertEquals(new Version(1, 3, 0), step.needed());
        assertEquals(List.of("ADDED METHOD p p.Face more()"), step.changes());
        assertEquals(new Version(0, 2, 4), step("0.2.3", "ProviderType", grown).needed());
    }

    @Test
    void aChangedTypeIsAnotherMethod() throws Exception {
        String changed = OLD.replace("int kept();", "long kept();");
        assertEquals(
                new Version(2, 0, 0), step("1.2.3", "ProviderType", changed).needed());
    }

    @Test
    void nothingNeedsNothing() throws Exception {
        Step step = step("1.2.3", "ProviderType", OLD);
        assertEquals(new Version(1, 2, 3), step.needed());
        assertEquals(List.of(), step.changes());
    }

    /** From {@link #OLD}, through its text form, to another source. */
    private Step step(String version, String kind, String source) throws Exception {
        Api before = compile(folder.resolve("before"), version, String.format(OLD, kind));
        Api after = compile(folder.resolve("after"), version, String.format(source, kind));
        return Step.between(Api.parse(before.write()), after);
    }

    private static Api compile(Path to, String version, String source) throws Exception {
        Path sources = Files.createDirectories(to.resolve("p"));
        Files.writeString(
                sources.resolve("package-info.java"),
                "@org.osgi.annotation.versioning.Version(\"" + version + "\") package p;");
        Files.writeString(sources.resolve("Face.java"), "package p;\n" + source);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        int status = compiler.run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                sources.resolve("package-info.java").toString(),
                sources.resolve("Face.java").toString());
        assertEquals(0, status);
        try (URLClassLoader loader = new URLClassLoader(new URL[] {to.toUri().toURL()})) {
            return Api.of(to.toFile(), "p", loader);
        }
    }
}
