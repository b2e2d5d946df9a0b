package org.sluice.handler.openat;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class UnresolvedTest {

    @Test
    void errnosOfAWalkAreTheTargetsAndOthersTheSupervisors() {
        for (int errno : new int[] {2, 9, 18, 20, 21, 36, 40}) {
            assertTrue(Unresolved.isAnswer(errno), "errno " + errno);
        }
        // EPERM, EIO, ENFILE, EMFILE, ENOMEM
        for (int errno : new int[] {1, 5, 23, 24, 12}) {
            assertFalse(Unresolved.isAnswer(errno), "errno " + errno);
        }
    }
}
