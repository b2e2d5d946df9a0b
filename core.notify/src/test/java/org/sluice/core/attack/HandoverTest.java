package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.policy.Profile;

/**
 * Targets that are held on a processor while they take a descriptor do not see it afterwards, and those that have chosen
 * their processors keep them. {@code affinity.c} counts; some of the tries in each run are with the target held.
 */
class HandoverTest {

    @TempDir
    private Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"sole", "own", "chosen"})
    void leavesTheProcessorsAsTheyWere(String mode) throws Exception {
        Path real = temp.toRealPath();
        Path program = Programs.compile(real, "affinity");
        Path folder = Files.createDirectory(real.resolve("granted"));
        Path file = Files.writeString(folder.resolve("f"), "content");
        Profile profile = OpensTest.broker(OpensTest.system(program), "{ \"read\": [\"" + folder + "\"] }");
        long right = 0;
        try (Arena arena = Arena.standard(Files.createDirectory(real.resolve("output")), List.of())) {
            Arena.Result result =
                    arena.run(profile, program.toString(), mode, file.toString(), Long.toString(Tally.TRIES));
            assertEquals(0, result.status(), result.output());
            for (String line : result.output().lines().toList()) {
                String[] counts = line.split(" ", -1);
                assertEquals("0", counts[1], line);
                right += Long.parseLong(counts[0]);
            }
        }
        assertTrue(right >= Tally.TRIES, () -> "too few tries");
    }
}
