package org.sluice.landlock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.linux.C;
import org.sluice.linux.KernelConstants;

class LandlockLayoutTest {

    @Test
    void structuresAreThoseOfTheHeader(@TempDir Path folder) throws Exception {
        String rule = "struct landlock_path_beneath_attr";
        Map<String, Long> expected = Map.of(
                "sizeof(" + rule + ")",
                (long) LandlockLayout.PATH_SIZE,
                "offsetof(" + rule + ", allowed_access)",
                (long) LandlockLayout.PATH_ACCESS,
                "offsetof(" + rule + ", parent_fd)",
                (long) LandlockLayout.PATH_FD,
                "offsetof(struct landlock_ruleset_attr, handled_access_fs)",
                (long) LandlockLayout.RULESET_FS,
                "LANDLOCK_RULE_PATH_BENEATH",
                (long) LandlockLayout.RULE_PATH_BENEATH);

        assertEquals(expected, C.values(folder, List.of("stdio.h", "linux/landlock.h"), expected.keySet()));
    }

    @Test
    void rightsAreTheKernelsConstants() throws Exception {
        int compared = 0;
        for (Field field : Landlock.class.getFields()) {
            String name = field.getName();
            if (Modifier.isStatic(field.getModifiers()) && name.matches("(FS|NET|SCOPE)_.*")) {
                String constant = name.startsWith("SCOPE_") ? "LANDLOCK_" + name : "LANDLOCK_ACCESS_" + name;
                assertEquals(KernelConstants.host().get(constant), field.getLong(null), name);
                compared++;
            }
        }
        assertTrue(compared >= 21, "compared " + compared);
    }

    @Test
    void eachAbiAddsItsRights() {
        assertEquals(0, Landlock.fileRights(0));
        assertEquals(0x1fff, Landlock.fileRights(1));
        assertEquals(0x3fff, Landlock.fileRights(2));
        assertEquals(0x7fff, Landlock.fileRights(3));
        assertEquals(0x7fff, Landlock.fileRights(4));
        assertEquals(0xffff, Landlock.fileRights(5));
        assertEquals(0xffff, Landlock.fileRights(8));
        assertEquals(0x1ffff, Landlock.fileRights(9));
    }
}
