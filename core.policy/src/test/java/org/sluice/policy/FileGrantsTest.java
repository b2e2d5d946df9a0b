package org.sluice.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sluice.notify.Bytes;
import org.sluice.notify.FileRules.Decision;
import org.sluice.notify.FileRules.Standing;
import org.sluice.notify.Opening;

class FileGrantsTest {

    private record Asked(String name, boolean reads, boolean writes, boolean isMissing) implements Opening {
        @Override
        public Optional<Bytes> path() {
            return Optional.of(Bytes.utf8(name));
        }

        @Override
        public int unresolved() {
            return 0;
        }
    }

    private final FileGrants grants = new FileGrants(
            List.of(grant("/usr", true, false), grant("/project", true, true)),
            FileGrants.united(
                    List.of(Bytes.utf8("/data"), Bytes.utf8("/data/both")),
                    List.of(Bytes.utf8("/data/both"), Bytes.utf8("/data/drop"), Bytes.utf8("/usr/local/log"))),
            List.of(Bytes.utf8("/data/both/keys"), Bytes.utf8("/project/.git")));

    private static FileGrants.Grant grant(String path, boolean read, boolean write) {
        return new FileGrants.Grant(Bytes.utf8(path), read, write);
    }

    private static Opening read(String path) {
        return new Asked(path, true, false, false);
    }

    private static Opening write(String path) {
        return new Asked(path, false, true, false);
    }

    private Standing standing(Opening opening) {
        return grants.decide(opening).standing();
    }

    @Test
    void theLongestGrantOfTheBrokerCounts() {
        assertEquals(Standing.GRANTED, standing(read("/data/x/y")));
        assertEquals(Standing.GRANTED, standing(read("/data")));
        assertEquals(Standing.NOT_ENOUGH, standing(write("/data/x")));
        assertEquals(Standing.GRANTED, standing(new Asked("/data/both/x", true, true, false)));
        assertEquals(Standing.GRANTED, standing(write("/data/drop/x")));
        assertEquals(Standing.NOT_ENOUGH, standing(read("/data/drop/x")));
        assertEquals("grant is write only", grants.decide(read("/data/drop/x")).reason());
    }

    @Test
    void aNameThatOnlyBeginsAlikeIsAnother() {
        assertEquals(Standing.NO_GRANT, standing(read("/database")));
        assertEquals(Standing.NO_GRANT, standing(read("/dat")));
        assertEquals(Standing.NO_GRANT, standing(read("/")));
    }

    @Test
    void grantsOfTheKernelUniteWithTheBrokers() {
        assertEquals(Standing.GRANTED, standing(new Asked("/usr/local/log/x", true, true, false)));
        assertTrue(grants.isServed(new Asked("/usr/local/log/x", true, true, false)));
        assertTrue(grants.isLeftToKernel(read("/usr/local/log/x")));
        assertFalse(grants.isServed(read("/usr/local/log/x")));
    }

    @Test
    void protectedPlacesAreNeverServed() {
        assertEquals(Standing.PROTECTED, standing(read("/data/both/keys/id")));
        assertEquals(Standing.PROTECTED, standing(read("/data/both/keys")));
        assertEquals(Standing.GRANTED, standing(read("/data/both/keysmith")));
        assertFalse(grants.isServed(read("/data/both/keys/id")));
    }

    @Test
    void namesTheFlagThatWouldAllowIt() {
        Decision decision = grants.decide(read("/home/a b"));
        assertEquals(new Decision(Standing.NO_GRANT, "no grant", "--read '/home/a b'"), decision);
        assertEquals(
                "--write /home",
                grants.decide(new Asked("/home/new", false, true, true)).remedy());
        assertEquals(
                "--write /", grants.decide(new Asked("/new", false, true, true)).remedy());
        assertEquals("--write /home/old", grants.decide(write("/home/old")).remedy());
    }
}
