package org.sluice.target;

/**
 * Finds out by trying whether a {@link Handover} is quicker where the target is held: mostly the better way is gone, and now
 * and then the other one, since what a wake-up costs changes with what else runs. For one sandbox; thread-safe.
 */
public final class Holding {

    /** One in so many goes the other way. */
    private static final int EVERY = 64;

    /** The weight of the latest is one in so many. */
    private static final int WEIGHT = 8;

    /** Longer ones say something about the machine's load alone. */
    private static final long MOST_NANOS = 200_000;

    private final boolean possible;
    private long plain;
    private long holding;
    private int count;

    /** Nothing has been tried yet. */
    public Holding() {
        this(Processors.areAll());
    }

    /** @param possible else no target is ever held */
    Holding(boolean possible) {
        this.possible = possible;
    }

    /** Whether the next one is to be tried with the target held. */
    synchronized boolean isWorthTrying() {
        if (!possible) {
            return false;
        }
        boolean better = holding != 0 && holding < plain;
        return (++count % EVERY == 0) != better;
    }

    /**
     * Notes how long one took.
     *
     * @param tried whether it was tried with the target held; what it takes to see that a target may not be held counts too
     */
    synchronized void took(boolean tried, long nanos) {
        long known = tried ? holding : plain;
        long took = Math.min(Math.max(nanos, 1), MOST_NANOS);
        long now = known == 0 ? took : known + (took - known) / WEIGHT;
        if (tried) {
            holding = now;
        } else {
            plain = now;
        }
    }
}
