package org.sluice.core.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.sluice.core.TraceFeed;
import org.sluice.core.TraceRecord;

/**
 * The last calls of a sandbox, in a ring: who writes takes a number and puts its record into the slot of that number, over
 * what is older, and never waits. Who reads knows by the numbers what it missed. While nobody reads there is no ring in
 * use, and a call costs one look at that. Thread-safe.
 */
final class Trace {

    private static final int SLOTS = 4096;

    private final AtomicReferenceArray<@Nullable TraceRecord> slots = new AtomicReferenceArray<>(SLOTS);
    private final AtomicLong next = new AtomicLong();
    private int feeds;
    private volatile boolean on;

    /** This if somebody reads, else {@code null}. */
    @Nullable
    Trace ifRead() {
        return on ? this : null;
    }

    void add(LongFunction<TraceRecord> record) {
        long number = next.getAndIncrement();
        slots.accumulateAndGet((int) (number % SLOTS), record.apply(number), Trace::newer);
    }

    /** A writer that was overtaken by a whole round must not hide what came after it: a reader would wait for that forever. */
    private static TraceRecord newer(@Nullable TraceRecord present, TraceRecord added) {
        return present == null || present.number() < added.number() ? added : present;
    }

    synchronized TraceFeed open() {
        feeds++;
        on = true;
        return new Feed(next.get());
    }

    private synchronized void closed() {
        feeds--;
        if (feeds == 0) {
            on = false;
            for (int i = 0; i < SLOTS; i++) {
                slots.set(i, null);
            }
        }
    }

    private final class Feed implements TraceFeed {

        private long at;
        private long dropped;
        private boolean closed;

        Feed(long at) {
            this.at = at;
        }

        @Override
        public List<TraceRecord> next() {
            List<TraceRecord> records = new ArrayList<>();
            long end = next.get();
            if (end - at > SLOTS) {
                dropped += end - SLOTS - at;
                at = end - SLOTS;
            }
            for (; at < end; at++) {
                TraceRecord record = slots.get((int) (at % SLOTS));
                if (record == null || record.number() < at) {
                    // Its writer has the number and is about to put it there.
                    break;
                }
                if (record.number() == at) {
                    records.add(record);
                } else {
                    dropped++;
                }
            }
            return records;
        }

        @Override
        public long dropped() {
            return dropped;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                closed();
            }
        }
    }
}
