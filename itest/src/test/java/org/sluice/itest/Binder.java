package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program that calls bind as fast as it can and checks every answer; see binder.c. */
final class Binder {

    private static final Pattern TOTAL = Pattern.compile("total (\\d+) wrong (\\d+)");

    private Binder() {}

    /** Compiles it into the folder. */
    static Path compile(User user, Path folder) throws Exception {
        Path source = folder.resolve("binder.c");
        try (InputStream in = Objects.requireNonNull(Binder.class.getResourceAsStream("/binder.c"))) {
            Files.copy(in, source);
        }
        Distribution.Result result =
                Distribution.bare(user, folder, "", List.of("gcc", "-O1", "-Wall", "-o", "binder", "binder.c"));
        assertEquals(0, result.status(), result::err);
        return folder.resolve("binder");
    }

    /** Lets it end, and checks that no answer was wrong. Returns the number of calls. */
    static long finish(Running running, Path folder) throws Exception {
        Files.createFile(folder.resolve("stop"));
        assertEquals(0, running.awaitEnd(), running::output);
        long total = 0;
        int processes = 0;
        Matcher matcher = TOTAL.matcher(running.output());
        while (matcher.find()) {
            total += Long.parseLong(matcher.group(1));
            assertEquals("0", matcher.group(2), running::output);
            processes++;
        }
        assertEquals(2, processes, running::output);
        return total;
    }
}
