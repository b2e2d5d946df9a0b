package org.sluice.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Asks the C compiler, where there is one, what the installed headers say. */
public final class C {

    private C() {}

    /** The values of those of {@code names} that are macros in {@code headers}. */
    public static Map<String, Long> defined(Path folder, List<String> headers, Collection<String> names)
            throws IOException, InterruptedException {
        StringBuilder body = new StringBuilder();
        for (String name : names) {
            body.append("#ifdef ").append(name).append('\n');
            body.append(print(name, name)).append("#endif\n");
        }
        return run(folder, headers, body.toString());
    }

    /** The values of expressions such as {@code sizeof(struct x)}. */
    public static Map<String, Long> values(Path folder, List<String> headers, Collection<String> expressions)
            throws IOException, InterruptedException {
        StringBuilder body = new StringBuilder();
        expressions.forEach(expression -> body.append(print(expression, expression)));
        return run(folder, headers, body.toString());
    }

    private static String print(String label, String expression) {
        return "printf(\"%s\\t%lld\\n\", \"" + label + "\", (long long)(" + expression + "));\n";
    }

    private static Map<String, Long> run(Path folder, List<String> headers, String body)
            throws IOException, InterruptedException {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "cc"))),
                "there is no C compiler");
        StringBuilder source = new StringBuilder();
        headers.forEach(header -> source.append("#include <").append(header).append(">\n"));
        source.append("#ifndef EOF\nextern int printf(const char *, ...);\n#endif\n");
        source.append("#include <stddef.h>\nint main(void) {\n").append(body).append("return 0; }\n");
        Path file = Files.writeString(folder.resolve("ask.c"), source);
        Path program = folder.resolve("ask");
        execute(List.of("cc", "-D_GNU_SOURCE", "-w", "-o", program.toString(), file.toString()));
        Map<String, Long> values = new LinkedHashMap<>();
        for (String line : execute(List.of(program.toString())).lines().toList()) {
            int tab = line.indexOf('\t');
            values.put(line.substring(0, tab), Long.valueOf(line.substring(tab + 1)));
        }
        return values;
    }

    private static String execute(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
