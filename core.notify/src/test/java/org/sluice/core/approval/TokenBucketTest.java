package org.sluice.core.approval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

    private static final long SECOND = 1_000_000_000;

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - SECOND);
    private final TokenBucket bucket = new TokenBucket(now::get);

    private int take(int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += bucket.take(10, 5) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void aBurstAndThenTheRate() {
        assertEquals(5, take(20));
        now.addAndGet(SECOND / 10);
        assertEquals(1, take(20));
        // The clock of a machine that runs for long may wrap.
        now.addAndGet(100 * SECOND);
        assertEquals(5, take(20));
    }

    @Test
    void whatIsSetCountsAtOnce() {
        assertEquals(5, take(20));
        now.addAndGet(SECOND);
        assertTrue(bucket.take(1, 1));
        assertFalse(bucket.take(1, 1));
    }
}
