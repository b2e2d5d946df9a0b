package org.sluice.core.chain;

import java.util.concurrent.atomic.LongAdder;

/** Counts of one handler in one sandbox, over all its versions. Thread-safe, without allocation. */
public final class HandlerMetrics {

    private static final int BUCKETS = 36;

    private final LongAdder calls = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder[] buckets = new LongAdder[BUCKETS];

    HandlerMetrics() {
        for (int i = 0; i < BUCKETS; i++) {
            buckets[i] = new LongAdder();
        }
    }

    void called(long nanos) {
        calls.increment();
        int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, nanos));
        buckets[Math.min(BUCKETS - 1, bits)].increment();
    }

    void failed() {
        failures.increment();
    }

    /** Calls so far. */
    public long calls() {
        return calls.sum();
    }

    /** Calls that it failed so far. */
    public long failures() {
        return failures.sum();
    }

    /**
     * How long the handler's own code took. Element <i>i</i> counts the calls that took less than 2<sup>i</sup>
     * nanoseconds and not less than half of that; the last one counts all longer ones too.
     */
    public long[] histogram() {
        long[] counts = new long[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] = buckets[i].sum();
        }
        return counts;
    }
}
