package org.sluice.core.chain;

import java.util.function.LongSupplier;

/** Counts failures: as many as {@link #LIMIT} within the window put a handler in quarantine. Thread-safe. */
final class Quarantine {

    static final int LIMIT = 5;

    private final LongSupplier window;
    private final long[] times = new long[LIMIT];
    private long failures;
    private volatile boolean active;

    /** Window in nanoseconds, asked for at each failure. */
    Quarantine(LongSupplier window) {
        this.window = window;
    }

    boolean isActive() {
        return active;
    }

    /** Counts a failure at {@code now} of {@link System#nanoTime}; whether it was the one too many. */
    synchronized boolean failed(long now) {
        int slot = (int) (failures % LIMIT);
        times[slot] = now;
        failures++;
        long oldest = times[(int) (failures % LIMIT)];
        boolean tooMany = failures >= LIMIT && now - oldest <= window.getAsLong() && !active;
        active |= tooMany;
        return tooMany;
    }

    synchronized void release() {
        failures = 0;
        active = false;
    }
}
