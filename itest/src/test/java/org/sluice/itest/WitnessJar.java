package org.sluice.itest;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.sluice.itest.witness.HeapActivator;
import org.sluice.itest.witness.SwapperActivator;
import org.sluice.itest.witness.Witness;
import org.sluice.itest.witness.WitnessActivator;

/** Makes handler bundles. */
final class WitnessJar {

    private WitnessJar() {}

    /** A version of the handler that tells its record file what it saw. */
    static void write(Path jar, String version, Path record) throws Exception {
        write(jar, version, record, Map.of());
    }

    /** The same with further headers. */
    static void write(Path jar, String version, Path record, Map<String, String> more) throws Exception {
        Map<String, String> headers = new HashMap<>(more);
        headers.put(WitnessActivator.RECORD, record.toString());
        write(jar, "org.sluice.itest.witness", version, WitnessActivator.class, headers, Witness.class);
    }

    /** A bundle with a command that looks at the heap. */
    static void writeHeap(Path jar) throws Exception {
        write(
                jar,
                "org.sluice.itest.heap",
                "1.0.0",
                HeapActivator.class,
                Map.of("Import-Package", "org.osgi.framework,javax.management"));
    }

    /** A bundle that swaps the versions {@code 0.jar} and {@code 1.jar} of the folder. */
    static void writeSwapper(Path jar, Path folder, int swaps) throws Exception {
        write(
                jar,
                "org.sluice.itest.swapper",
                "1.0.0",
                SwapperActivator.class,
                Map.of(SwapperActivator.FOLDER, folder.toString(), SwapperActivator.SWAPS, Integer.toString(swaps)));
    }

    /** Writes the jar under another name first: whoever watches the folder never sees half of it. */
    private static void write(
            Path jar, String name, String version, Class<?> activator, Map<String, String> headers, Class<?>... others)
            throws Exception {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", name);
        main.putValue("Bundle-Version", version);
        main.putValue("Bundle-Activator", activator.getName());
        main.putValue("Import-Package", "org.osgi.framework,org.sluice.notify");
        headers.forEach(main::putValue);
        Path making = jar.resolveSibling("." + jar.getFileName() + ".new");
        try (OutputStream file = Files.newOutputStream(making);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            add(out, activator);
            for (Class<?> each : others) {
                add(out, each);
            }
        }
        Files.move(making, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void add(JarOutputStream out, Class<?> each) throws Exception {
        String name = each.getName().replace('.', '/') + ".class";
        out.putNextEntry(new JarEntry(name));
        try (InputStream in = each.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            in.transferTo(out);
        }
        out.closeEntry();
    }
}
