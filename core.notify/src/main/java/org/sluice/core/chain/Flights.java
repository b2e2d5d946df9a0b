package org.sluice.core.chain;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The calls of one sandbox that are in progress, for the watchdog and for draining. A call takes a slot near the one of
 * its thread, which costs no allocation and no contention; when the neighbourhood is full it goes to a set.
 */
final class Flights {

    private static final int SLOTS = 64;
    private static final int PROBES = 4;
    private static final int NO_SLOT = -1;

    private final AtomicReferenceArray<CallRun> slots = new AtomicReferenceArray<>(SLOTS);
    private final Set<CallRun> overflow = ConcurrentHashMap.newKeySet();

    /** Enters a call; the result is for {@link #leave}. */
    int enter(CallRun run) {
        int home = (int) Thread.currentThread().getId();
        for (int i = 0; i < PROBES; i++) {
            int slot = (home + i) & (SLOTS - 1);
            if (slots.compareAndSet(slot, null, run)) {
                return slot;
            }
        }
        overflow.add(run);
        return NO_SLOT;
    }

    void leave(int slot, CallRun run) {
        if (slot == NO_SLOT) {
            overflow.remove(run);
        } else {
            slots.set(slot, null);
        }
    }

    boolean anyMatch(Predicate<CallRun> test) {
        boolean[] found = {false};
        forEach(run -> found[0] |= test.test(run));
        return found[0];
    }

    void forEach(Consumer<CallRun> action) {
        for (int i = 0; i < SLOTS; i++) {
            CallRun run = slots.get(i);
            if (run != null) {
                action.accept(run);
            }
        }
        overflow.forEach(action);
    }
}
