package org.sluice.core.pump;

/**
 * Judges from samples whether the calls of a sandbox wait for one another: then a second thread receives, too, until the two
 * are rarely busy at the same time. One sample in eight calls is taken, and 32 are judged at once, so that a burst changes
 * nothing. Thread-safe.
 */
final class Crowd {

    private static final int EVERY = 8;
    private static final int WINDOW = 32;

    /** Hits in a window with which a crowd begins: where one thread calls there is none. */
    private static final int ENOUGH = 2;

    /** Hits in a window with which it goes on: the two are seldom seen together where each has its processor. */
    private static final int FEW = 1;

    private volatile boolean crowded;
    private int samples;
    private int hits;

    /** Whether there is one. */
    boolean isCrowded() {
        return crowded;
    }

    /** Whether the call of this number is one of those that are looked at. */
    static boolean isSampled(long number) {
        return number % EVERY == 0;
    }

    /**
     * Takes a sample.
     *
     * @param hit without a crowd: whether another call waits; in one: whether both threads are busy
     * @return whether the judgement has changed
     */
    synchronized boolean sample(boolean hit) {
        hits += hit ? 1 : 0;
        samples++;
        if (samples < WINDOW) {
            return false;
        }
        boolean now = hits >= (crowded ? FEW : ENOUGH);
        boolean changed = now != crowded;
        crowded = now;
        samples = 0;
        hits = 0;
        return changed;
    }
}
