package org.sluice.core.pump;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CrowdTest {

    private final Crowd crowd = new Crowd();

    /** A window of samples of which so many hit; how often the judgement changed. */
    private int window(int hits) {
        int changes = 0;
        for (int i = 0; i < 32; i++) {
            changes += crowd.sample(i < hits) ? 1 : 0;
        }
        return changes;
    }

    @Test
    void beginsWithTwoAndEndsWithNone() {
        assertFalse(crowd.isCrowded());
        assertEquals(0, window(1));
        assertFalse(crowd.isCrowded());
        assertEquals(1, window(2));
        assertTrue(crowd.isCrowded());
        assertEquals(0, window(1));
        assertTrue(crowd.isCrowded(), "what keeps a crowd would not begin one");
        assertEquals(1, window(0));
        assertFalse(crowd.isCrowded());
        assertEquals(0, window(0));
    }

    @Test
    void nothingIsJudgedBeforeTheWindowIsFull() {
        for (int i = 0; i < 31; i++) {
            assertFalse(crowd.sample(true));
        }
        assertTrue(crowd.sample(true));
        assertTrue(crowd.isCrowded());
    }

    @Test
    void oneCallInEightIsLookedAt() {
        assertEquals(125, LongStream.range(0, 1000).filter(Crowd::isSampled).count());
    }
}
