package org.sluice.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

class HoldingTest {

    private static final int ROUND = 1024;

    /** How many of a round were held, if each way takes so long. */
    private static int held(Holding holding, long plainNanos, long heldNanos) {
        int held = 0;
        for (int i = 0; i < ROUND; i++) {
            boolean holds = holding.isWorthTrying();
            holding.took(holds, holds ? heldNanos : plainNanos);
            held += holds ? 1 : 0;
        }
        return held;
    }

    @Test
    void goesTheQuickerWayAndTriesTheOtherNowAndThen() {
        Holding holding = new Holding(true);
        int quicker = held(holding, 30_000, 10_000);
        assertTrue(quicker > ROUND * 8 / 10 && quicker < ROUND, () -> "held " + quicker);
        // What the other way takes is known from few tries, so a change takes a while to be seen.
        held(holding, 5_000, 10_000);
        int slower = held(holding, 5_000, 10_000);
        assertTrue(slower > 0 && slower < ROUND * 2 / 10, () -> "held " + slower);
    }

    @Test
    void neverHoldsWhereItMayNot() {
        assertEquals(0, held(new Holding(false), 30_000, 10_000));
    }

    @Test
    void oneLongWaitIsNoReason() {
        Holding holding = new Holding(true);
        held(holding, 10_000, 12_000);
        holding.took(false, 3_000_000_000L);
        held(holding, 10_000, 12_000);
        assertTrue(held(holding, 10_000, 12_000) < ROUND * 2 / 10);
    }

    @Test
    void countsProcessors() {
        assertEquals(1, Processors.count("0"));
        assertEquals(2, Processors.count("0-1"));
        assertEquals(6, Processors.count("0-3,8,10"));
    }

    @Test
    void onlyTheMaskOfThisProcessIsEqual() {
        Block mask = Block.allocate(Processors.MASK_SIZE);
        Linux.call(Nr.SCHED_GETAFFINITY, 0, Processors.MASK_SIZE, mask.address());
        assertTrue(Processors.equal(mask));
        mask.putByte(0, mask.getByte(0) ^ 1);
        assertFalse(Processors.equal(mask));
    }
}
