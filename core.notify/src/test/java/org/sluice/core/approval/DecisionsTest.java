package org.sluice.core.approval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sluice.notify.Bytes;

class DecisionsTest {

    private static final Bytes PATH = Bytes.utf8("/srv/a");
    private static final Optional<Boolean> YES = Optional.of(true);
    private static final Optional<Boolean> NO = Optional.of(false);

    private final Decisions decisions = new Decisions();

    @Test
    void readingAndWritingUnite() {
        decisions.add(PATH, true, false, true);
        assertEquals(YES, decisions.about(PATH, true, false));
        assertEquals(Optional.empty(), decisions.about(PATH, false, true));
        assertEquals(Optional.empty(), decisions.about(PATH, true, true));
        decisions.add(PATH, false, true, true);
        assertEquals(YES, decisions.about(PATH, true, true));
        assertEquals(Optional.empty(), decisions.about(Bytes.utf8("/srv/a/b"), true, false));
    }

    @Test
    void noToOneIsNoToBoth() {
        decisions.add(PATH, true, false, true);
        decisions.add(PATH, false, true, false);
        assertEquals(YES, decisions.about(PATH, true, false));
        assertEquals(NO, decisions.about(PATH, true, true));
    }

    @Test
    void theNewestWordCounts() {
        decisions.add(PATH, true, true, true);
        decisions.add(PATH, true, false, false);
        assertEquals(NO, decisions.about(PATH, true, false));
        assertEquals(YES, decisions.about(PATH, false, true));
        decisions.add(PATH, true, false, true);
        assertEquals(YES, decisions.about(PATH, true, true));
    }

    @Test
    void theOldestIsForgotten() {
        for (int i = 0; i <= Decisions.KEPT; i++) {
            decisions.add(Bytes.utf8("/" + i), true, false, true);
        }
        assertEquals(Optional.empty(), decisions.about(Bytes.utf8("/0"), true, false));
        assertEquals(YES, decisions.about(Bytes.utf8("/1"), true, false));
    }
}
