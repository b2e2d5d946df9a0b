package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.policy.Profile;

/**
 * Where the file broker serves everything, it still serves nothing of the supervisor's procfs, however the path is spelled,
 * and of the target's own what is the target's. Nothing but the broker stands between: the kernel grants no procfs here.
 */
class ProcSpellingsTest {

    private static final int FEWEST_TRIES = 1000;

    @TempDir
    private Path temp;

    @Test
    void serveNothingOfTheSupervisors() throws Exception {
        Path real = temp.toRealPath();
        Path program = Programs.compile(real, "procspell");
        Path work = Files.createDirectory(real.resolve("work"));
        Profile profile = OpensTest.broker(
                        OpensTest.system(program)
                                .replace(", \"/proc\"", "")
                                .replaceFirst("]", "], \"write\": [\"" + work + "\"]"),
                        "{ \"read\": [\"/\"], \"write\": [\"/\"] }")
                .with()
                .env("MARK", "target")
                .build();
        String pid = Long.toString(ProcessHandle.current().pid());
        try (Arena arena = Arena.standard(work, List.of())) {
            Arena.Result result = arena.run(profile, program.toString(), pid, SpellMain.thread(), work.toString());
            assertEquals(0, result.status(), result.output());
            List<String> lines = result.output().lines().toList();
            assertEquals(2, lines.size(), result.output());
            for (String line : lines) {
                String[] counts = line.split(" ", -1);
                assertTrue(Long.parseLong(counts[0]) >= FEWEST_TRIES, line);
                assertEquals("0", counts[1], "broke in");
                assertTrue(Long.parseLong(counts[2]) > 0, line);
                assertEquals("0", counts[3], "not served");
            }
        }
    }
}
