package org.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.sluice.policy.Profile;

/**
 * {@code make -j2} natively and in sandboxes, in turns: with Landlock alone, with virtual files as well, and under the file
 * broker, which serves the sources; and below a minimal supervisor in C that looks at each path. Of a project of 300 small
 * files in C, or of another one that is configured already. Arguments: the folder with the compiled programs; how many turns;
 * the other project's folder, and the folder in it where objects are made.
 */
public final class Builds {

    private static final int FILES = 300;

    private static final String BESIDE = "a supervisor in C that tells what is not there and leaves the rest";

    private Builds() {}

    /** Prints seconds and the ratio to native for each. */
    public static void main(String[] arguments) throws Exception {
        String program =
                Path.of(arguments[0]).resolve("openloop").toAbsolutePath().toString();
        int turns = Integer.parseInt(arguments[1]);
        if (arguments.length == 4) {
            Path folder = Path.of(arguments[2]).toRealPath();
            compare(
                    program,
                    turns,
                    new Project(folder, folder.resolve(arguments[3]).toRealPath(), folder));
            return;
        }
        Path folder = Files.createTempDirectory("sluice-build").toRealPath();
        Path sources = sources(Files.createDirectory(folder.resolve("src")));
        Path output = Files.createDirectory(folder.resolve("out"));
        Files.writeString(output.resolve("Makefile"), makefile(sources));
        try {
            compare(program, turns, new Project(sources, output, output));
        } finally {
            Bench.remove(folder);
        }
    }

    private static void compare(String program, int turns, Project project) throws Exception {
        Path own = Files.createTempDirectory("sluice-own").toRealPath();
        try (Bench bench = new Bench(Bench.makePremises(own))) {
            Map<String, List<Double>> ratios = new LinkedHashMap<>();
            List<Double> natives = new ArrayList<>();
            for (int turn = 0; turn <= turns; turn++) {
                double alone = project.timed(() -> Numbers.run(project.make()));
                double beside = project.timed(() -> Numbers.run(project.makeBelow(program)));
                if (turn > 0) {
                    ratios.computeIfAbsent(BESIDE, key -> new ArrayList<>()).add(beside / alone);
                }
                for (Map.Entry<String, Profile> each : project.profiles().entrySet()) {
                    double inSluice = project.timed(() -> bench.run(each.getValue(), project.make()));
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
            System.out.printf("make -j2 of %d objects: native %.2f s%n", project.objects(), Numbers.median(natives));
            ratios.forEach((what, all) -> System.out.printf("  %s: ratio of turns %s%n", what, Numbers.spread(all)));
        } finally {
            Bench.remove(own);
        }
    }

    /**
     * What is built.
     *
     * @param sources served by the broker
     * @param output where objects are made
     * @param folder where make is called
     */
    private record Project(Path sources, Path output, Path folder) {

        String[] make() {
            return new String[] {"make", "-s", "-j2", "-C", folder.toString()};
        }

        String[] makeBelow(String program) {
            return Stream.concat(Stream.of(program, "answer"), Arrays.stream(make()))
                    .toArray(String[]::new);
        }

        Map<String, Profile> profiles() {
            Profile writer = Bench.DEFAULT.with().write(output.toString()).build();
            Profile reader = writer.with().read(sources.toString()).build();
            Map<String, Profile> profiles = new LinkedHashMap<>();
            profiles.put(
                    "Landlock alone (goal 1.03)",
                    reader.with().virtualFiles(false).build());
            profiles.put("virtual files", reader);
            profiles.put(
                    "the broker (goal 1.5)",
                    writer.with()
                            .handler("openat", Map.of("read", List.of(sources.toString())))
                            .build());
            return profiles;
        }

        double timed(Build build) throws Exception {
            Bench.remove(output, Project::isObject);
            long start = System.nanoTime();
            build.run();
            double seconds = (System.nanoTime() - start) / 1e9;
            if (objects() == 0) {
                throw new IllegalStateException("nothing was built in " + output);
            }
            return seconds;
        }

        long objects() throws IOException {
            try (Stream<Path> files = Files.walk(output)) {
                return files.filter(Project::isObject).count();
            }
        }

        private static boolean isObject(Path file) {
            return file.toString().endsWith(".o");
        }
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
}
