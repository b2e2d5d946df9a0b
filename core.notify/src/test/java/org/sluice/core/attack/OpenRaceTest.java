package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.policy.Profile;

/**
 * Time of check, time of use of the file broker: a second thread of the target changes where a path leads while it is judged
 * and opened. The attacker is {@code openrace.c}; {@code -Dsluice.attack.tries} says how often it tries.
 */
class OpenRaceTest {

    private static final long TRIES = Long.getLong("sluice.attack.tries", 10_000);

    private Arena arena;
    private Path program;

    @TempDir
    private Path temp;

    @BeforeEach
    void open() throws Exception {
        program = Programs.compile(temp.toRealPath(), "openrace");
        Files.createDirectory(temp.resolve("output"));
        arena = Arena.standard(temp.resolve("output"), List.of());
    }

    @AfterEach
    void close() {
        if (arena != null) {
            arena.close();
        }
    }

    private static Path folder(Path parent, String name, String content) throws Exception {
        Path folder = Files.createDirectory(parent.resolve(name));
        if (!content.isEmpty()) {
            Files.writeString(folder.resolve("f"), content);
        }
        return folder;
    }

    /** What nobody grants is never opened, and what the broker grants is, in the same run. */
    @ParameterizedTest
    @ValueSource(strings = {"memory", "link", "leaf", "parent", "create", "descriptor", "directory", "recreate"})
    void leadsNowhereElse(String mode) throws Exception {
        Path real = temp.toRealPath();
        Path work = folder(real, "work", "");
        Path granted = folder(real, "granted", "public");
        Path forbidden = folder(real, "forbids", "secret");
        Profile profile = OpensTest.broker(
                OpensTest.system(program).replaceFirst("]", "], \"write\": [\"" + work + "\"]"),
                "{ \"read\": [\"" + granted + "\"], \"write\": [\"" + granted + "\"] }");
        Arena.Result result = arena.run(
                profile,
                program.toString(),
                mode,
                Long.toString(TRIES),
                work.toString(),
                granted.toString(),
                forbidden.toString());
        assertEquals(0, result.status(), mode);
        long[] counts = Arrays.stream(result.output().strip().split(" ", -1))
                .mapToLong(Long::parseLong)
                .toArray();
        String seen = mode + ": breaches " + counts[0] + ", allowed " + counts[1] + ", denied " + counts[2] + ", other "
                + counts[3] + " (last errno " + counts[5] + "), raced " + counts[4] + " of " + TRIES;
        System.out.println(seen);
        assertEquals(0, counts[0], seen);
        assertEquals(0, counts[3], seen);
        assertTrue(counts[1] > 0 && counts[2] > 0, seen);
        assertTrue(counts[4] >= TRIES / 1000, seen);
        assertEquals("secret", Files.readString(forbidden.resolve("f")));
        assertArrayEquals(new String[] {"f"}, forbidden.toFile().list());
    }
}
