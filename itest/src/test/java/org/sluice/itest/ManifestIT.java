package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The order of the house: a core bundle imports only from those above it, a handler only the API and the native door. */
class ManifestIT {

    private static final List<String> CORE =
            List.of("core.api", "core.bpf", "core.target", "core.policy", "core.notify");

    @Test
    void coreBundlesImportOnlyFromThoseAbove() throws Exception {
        Map<String, String> owners = owners();
        List<String> wrong = new ArrayList<>();
        for (String bundle : CORE) {
            for (String imported : imports(bundle)) {
                String owner = owners.getOrDefault(imported, "nobody");
                if (!CORE.contains(owner) || CORE.indexOf(owner) > CORE.indexOf(bundle)) {
                    wrong.add(bundle + " imports " + imported + " of " + owner);
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void handlersImportOnlyTheApiAndTheNativeDoor() throws Exception {
        List<String> wrong = new ArrayList<>();
        Set<String> allowed = Set.of("org.sluice.notify", "org.sluice.linux");
        List<String> handlers =
                bundles().stream().filter(name -> name.startsWith("handler.")).toList();
        assertFalse(handlers.isEmpty());
        for (String handler : handlers) {
            for (String imported : imports(handler)) {
                if (!allowed.contains(imported)) {
                    wrong.add(handler + " imports " + imported);
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    private static Map<String, String> owners() throws Exception {
        Map<String, String> owners = new HashMap<>();
        for (String bundle : bundles()) {
            for (String exported : packages(bundle, "Export-Package")) {
                owners.put(exported, bundle);
            }
        }
        return owners;
    }

    /** What it imports of ours. */
    private static Set<String> imports(String bundle) throws Exception {
        Set<String> imports = packages(bundle, "Import-Package");
        imports.removeIf(name -> !name.startsWith("org.sluice"));
        return imports;
    }

    private static Set<String> packages(String bundle, String header) throws Exception {
        Path folder = Path.of(Distribution.property("sluice.tree"), bundle, "target");
        try (Stream<Path> files = Files.list(folder)) {
            Path jar = files.filter(file -> file.getFileName().toString().equals(bundle + "-0.1.0.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no jar in " + folder));
            try (JarFile file = new JarFile(jar.toFile())) {
                String value = Objects.requireNonNullElse(
                        file.getManifest().getMainAttributes().getValue(header), "");
                Set<String> names = new TreeSet<>();
                // Quoted values hold commas; what is left of a clause are names and attributes.
                for (String clause : value.replaceAll("\"[^\"]*\"", "").split(",", -1)) {
                    Stream.of(clause.split(";", -1))
                            .map(String::strip)
                            .filter(part -> !part.isEmpty() && !part.contains("="))
                            .forEach(names::add);
                }
                return names;
            }
        }
    }

    private static List<String> bundles() throws Exception {
        try (Stream<Path> folders = Files.list(Path.of(Distribution.property("sluice.tree")))) {
            // A folder without a target is no module of this build.
            return folders.filter(folder -> Files.isDirectory(folder.resolve("target")))
                    .map(folder -> folder.getFileName().toString())
                    .filter(name -> name.startsWith("core.") || name.startsWith("handler."))
                    .sorted()
                    .toList();
        }
    }
}
