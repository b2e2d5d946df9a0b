package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;

/** The attackers, compiled from the C sources among the test resources. */
final class Programs {

    private Programs() {}

    /** Compiles {@code attack/NAME.c} into {@code folder}; skips the test where there is no C compiler. */
    static Path compile(Path folder, String name, String... options) throws Exception {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/cc")),
                "no /usr/bin/cc to compile " + name + ".c with; install gcc");
        Path source = folder.resolve(name + ".c");
        try (InputStream text = Programs.class.getResourceAsStream("/attack/" + name + ".c")) {
            Files.write(source, Objects.requireNonNull(text, name).readAllBytes());
        }
        Path program = folder.resolve(name);
        List<String> command = new ArrayList<>(List.of("/usr/bin/cc", "-O2", "-pthread", "-w"));
        command.addAll(List.of(options));
        command.addAll(List.of("-o", program.toString(), source.toString()));
        Process compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, compiler.waitFor(), said);
        return program;
    }
}
