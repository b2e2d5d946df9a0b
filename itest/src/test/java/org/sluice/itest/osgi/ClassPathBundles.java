package org.sluice.itest.osgi;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** The bundles on the class path of the tests, by symbolic name: those that this build made and those that they need. */
final class ClassPathBundles {

    private static final String CLASS_PATH = System.getProperty("java.class.path", "");

    private final Map<String, Path> jars = new HashMap<>();

    /** Reads the manifest of every jar on the class path. */
    ClassPathBundles() throws IOException {
        for (String entry : CLASS_PATH.split(File.pathSeparator, -1)) {
            if (entry.endsWith(".jar")) {
                add(Path.of(entry));
            }
        }
    }

    private void add(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            String name = manifest == null ? null : manifest.getMainAttributes().getValue("Bundle-SymbolicName");
            if (name != null) {
                // Directives may follow the name.
                jars.putIfAbsent(name.replaceFirst(";.*", "").trim(), jar);
            }
        }
    }

    /** The location of a bundle for the framework, which reads the jar where it is. */
    String location(String symbolicName) {
        Path jar = jars.get(symbolicName);
        if (jar == null) {
            throw new IllegalStateException("no jar on the class path of the tests is the bundle " + symbolicName
                    + "; add it to the dependencies of itest and run the phase verify: " + CLASS_PATH);
        }
        return "reference:" + jar.toUri();
    }
}
