package org.sluice.core.approval;

import java.util.function.LongSupplier;

/** Lets so many pass at once and so many a second in the long run. Thread-safe. */
final class TokenBucket {

    private static final double NANOS = 1e9;

    private final LongSupplier clock;
    private double tokens;
    private long filled;
    private boolean used;

    /** Full at first; {@code clock} counts nanoseconds. */
    TokenBucket(LongSupplier clock) {
        this.clock = clock;
    }

    /** Takes a token if there is one, under what is set at this moment. */
    synchronized boolean take(double rate, int burst) {
        long now = clock.getAsLong();
        tokens = used ? Math.min(burst, tokens + (now - filled) / NANOS * rate) : burst;
        used = true;
        filled = now;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
