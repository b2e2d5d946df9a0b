package org.sluice.itest;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.sluice.itest.witness.Witness;
import org.sluice.itest.witness.WitnessActivator;

/** Makes versions of a handler bundle that tells its record file what it saw. */
final class WitnessJar {

    private WitnessJar() {}

    /** Writes the jar under another name first: whoever watches the folder never sees half of it. */
    static void write(Path jar, String version, Path record) throws Exception {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", "org.sluice.itest.witness");
        main.putValue("Bundle-Version", version);
        main.putValue("Bundle-Activator", WitnessActivator.class.getName());
        main.putValue("Import-Package", "org.osgi.framework,org.sluice.notify");
        main.putValue(WitnessActivator.RECORD, record.toString());
        Path making = jar.resolveSibling("." + jar.getFileName() + ".new");
        try (OutputStream file = Files.newOutputStream(making);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            for (Class<?> each : new Class<?>[] {Witness.class, WitnessActivator.class}) {
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
        Files.move(making, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
