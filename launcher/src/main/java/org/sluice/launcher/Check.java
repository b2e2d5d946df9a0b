package org.sluice.launcher;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code sluice check}: what this kernel offers. Works without the framework, because it is what somebody runs whose Sluice
 * does not: the probe's bundle needs nothing but JNA, so both are loaded from where they lie.
 */
final class Check {

    private static final String PROBE = "org.sluice.bpf.Probe";

    private Check() {}

    /** Prints the probe's text; the status is 0 if commands can be run here. */
    static int run(Path home) {
        return probe(home, probe -> {
            System.out.print(probe.getClass().getMethod("text").invoke(probe));
            Collection<?> missing =
                    (Collection<?>) probe.getClass().getMethod("missing").invoke(probe);
            return missing.isEmpty() ? 0 : Main.FAILED;
        });
    }

    /** Whether another supervisor answers this process's system calls already. */
    static boolean isSupervised(Path home) {
        return probe(home, probe ->
                (Boolean) probe.getClass().getMethod("supervised").invoke(probe));
    }

    /** Something to be asked of the probe. */
    private interface Question<T> {
        T ask(Object probe) throws ReflectiveOperationException;
    }

    private static <T> T probe(Path home, Question<T> question) {
        List<URL> jars = new ArrayList<>();
        jars.add(jar(home.resolve("bundle/1"), "jna-"));
        jars.add(jar(home.resolve("bundle/2"), "core.bpf-"));
        try (URLClassLoader loader = new URLClassLoader(jars.toArray(URL[]::new), Check.class.getClassLoader())) {
            return question.ask(loader.loadClass(PROBE).getMethod("run").invoke(null));
        } catch (InvocationTargetException e) {
            throw new UsageException("cannot examine this kernel: " + e.getCause(), e);
        } catch (IOException | ReflectiveOperationException e) {
            throw new UsageException("cannot load " + PROBE + ": " + e + "; install Sluice again", e);
        }
    }

    private static URL jar(Path folder, String prefix) {
        try (Stream<Path> files = Files.list(folder)) {
            Path found = files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .findFirst()
                    .orElseThrow(() -> new UsageException(
                            "there is no " + prefix + "*.jar in " + folder + "; install Sluice again"));
            return found.toUri().toURL();
        } catch (IOException e) {
            throw new UsageException("cannot read " + folder + ": " + e + "; install Sluice again", e);
        }
    }
}
