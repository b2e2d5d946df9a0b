package org.sluice.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sluice.policy.Profile;

/**
 * {@code make -j2} of a project of 300 small files in C, natively and in sandboxes, in turns: with Landlock alone, with
 * virtual files as well, and under the file broker, which serves the sources. Argument: how many turns.
 */
public final class Builds {

    private static final int FILES = 300;

    private Builds() {}

    /** Prints seconds and the ratio to native for each. */
    public static void main(String[] arguments) throws Exception {
        int turns = Integer.parseInt(arguments[0]);
        Path folder = Files.createTempDirectory("sluice-build").toRealPath();
        Path sources = sources(Files.createDirectory(folder.resolve("src")));
        Path output = Files.createDirectory(folder.resolve("out"));
        Files.writeString(output.resolve("Makefile"), makefile(sources));
        String[] make = {"make", "-s", "-j2", "-C", output.toString()};
        try (Bench bench = new Bench()) {
            Map<String, List<Double>> ratios = new LinkedHashMap<>();
            List<Double> natives = new ArrayList<>();
            for (int turn = 0; turn <= turns; turn++) {
                double alone = timed(output, () -> Numbers.run(make));
                for (Map.Entry<String, Profile> each : profiles(sources, output).entrySet()) {
                    double inSluice = timed(output, () -> bench.run(each.getValue(), make));
                    // The first turn warms up: the compiler's pages, and the supervisor.
                    if (turn > 0) {
                        ratios.computeIfAbsent(each.getKey(), key -> new ArrayList<>())
                                .add(inSluice / alone);
                    }
                }
                if (turn > 0) {
                    natives.add(alone);
                }
            }
            System.out.printf("make -j2 of %d files: native %.2f s%n", FILES, Numbers.median(natives));
            ratios.forEach((what, all) -> System.out.printf("  %s: ratio of turns %s%n", what, Numbers.spread(all)));
        } finally {
            clear(output);
            Files.delete(output.resolve("Makefile"));
            clear(sources);
            for (Path each : List.of(output, sources, folder)) {
                Files.delete(each);
            }
        }
    }

    private static Map<String, Profile> profiles(Path sources, Path output) {
        Profile writer = Bench.DEFAULT.with().write(output.toString()).build();
        Profile reader = writer.with().read(sources.toString()).build();
        Map<String, Profile> profiles = new LinkedHashMap<>();
        profiles.put(
                "Landlock alone (goal 1.03)", reader.with().virtualFiles(false).build());
        profiles.put("virtual files", reader);
        profiles.put(
                "the broker (goal 1.5)",
                writer.with()
                        .handler("openat", Map.of("read", List.of(sources.toString())))
                        .build());
        return profiles;
    }

    private static Path sources(Path folder) throws IOException {
        StringBuilder calls = new StringBuilder();
        StringBuilder header = new StringBuilder();
        for (int i = 0; i < FILES; i++) {
            String function = "int f" + i + "(int n)";
            header.append(function).append(";\n");
            calls.append(" + f").append(i).append("(n)");
            Files.writeString(
                    folder.resolve("f" + i + ".c"),
                    "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include \"all.h\"\n" + function
                            + " { char text[32]; snprintf(text, sizeof text, \"%d\", n); return atoi(text) + (int)strlen(text); }\n");
        }
        Files.writeString(folder.resolve("all.h"), header);
        Files.writeString(
                folder.resolve("main.c"),
                "#include \"all.h\"\nint main(int n, char **v) { return (0" + calls + ") < 0; }\n");
        return folder;
    }

    private static String makefile(Path sources) {
        return "SOURCES = $(wildcard " + sources + "/*.c)\nOBJECTS = $(notdir $(SOURCES:.c=.o))\n"
                + "program: $(OBJECTS)\n\tcc -o $@ $^\n%.o: " + sources + "/%.c " + sources
                + "/all.h\n\tcc -c -o $@ $<\n";
    }

    private interface Build {
        List<Double> run() throws Exception;
    }

    private static double timed(Path output, Build build) throws Exception {
        long start = System.nanoTime();
        build.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        if (!Files.isExecutable(output.resolve("program"))) {
            throw new IllegalStateException("nothing was built in " + output);
        }
        clear(output);
        return seconds;
    }

    private static void clear(Path folder) throws IOException {
        try (DirectoryStream<Path> made = Files.newDirectoryStream(folder, "{*.o,*.c,*.h,program}")) {
            for (Path each : made) {
                Files.delete(each);
            }
        }
    }
}
