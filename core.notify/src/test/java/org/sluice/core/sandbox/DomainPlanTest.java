package org.sluice.core.sandbox;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.landlock.Ruleset;
import org.sluice.linux.SysException;
import org.sluice.policy.Profile;

class DomainPlanTest {

    @TempDir
    private Path temp;

    @Test
    void aGrantOfEverythingSurvivesFilesThatGoWhileItIsPutTogether() throws Exception {
        Path folder = temp.toRealPath();
        Path premises = Files.createDirectory(folder.resolve("premises"));
        Path sibling = Files.createFile(folder.resolve("sibling"));
        DomainPlan.Domain domain = plan("/", premises);
        assertTrue(domain.lines().contains("write " + sibling));
        assertFalse(domain.lines().contains("write " + premises));
        Files.delete(sibling);
        Ruleset ruleset = domain.ruleset();
        ruleset.create().close();
    }

    @Test
    void aFileThatWasNamedMustBeThere() throws Exception {
        Path folder = temp.toRealPath();
        Path named = Files.createDirectory(folder.resolve("named"));
        Ruleset ruleset = plan(named.toString(), Files.createDirectory(folder.resolve("premises")))
                .ruleset();
        Files.delete(named);
        assertThrows(SysException.class, ruleset::create);
    }

    private static DomainPlan.Domain plan(String path, Path premises) {
        return DomainPlan.of(List.of(new Profile.FileGrant(path, true, false)), new Premises(List.of(premises)), false);
    }
}
