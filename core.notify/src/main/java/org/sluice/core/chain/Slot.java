package org.sluice.core.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.sluice.core.HandlerStatus;
import org.sluice.notify.Settings;

/** The handlers and the seats of one name. Its lock is held while a change is made, never while a call runs. */
final class Slot {

    private final Supplier<ChainTimeouts> timeouts;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Instance> candidates = new ArrayList<>();
    private final List<Seat> seats = new ArrayList<>();

    private int choices;

    Slot(Supplier<ChainTimeouts> timeouts) {
        this.timeouts = timeouts;
    }

    boolean hasCandidates() {
        lock.lock();
        try {
            return !eligible().isEmpty();
        } finally {
            lock.unlock();
        }
    }

    void add(Instance instance) {
        lock.lock();
        try {
            candidates.add(instance);
            candidates.sort(Instance.BEST_FIRST);
            reconsider();
        } finally {
            lock.unlock();
        }
    }

    void remove(Instance instance) {
        lock.lock();
        try {
            candidates.remove(instance);
            reconsider();
            long deadline = System.nanoTime() + timeouts.get().drain().toNanos();
            for (Binding binding : List.copyOf(instance.bindings())) {
                if (!binding.awaitIdle(deadline)) {
                    binding.seat().chain().evict(instance);
                }
            }
            seats.forEach(seat -> seat.forget(instance));
        } finally {
            lock.unlock();
        }
        instance.detach();
    }

    /** Lets a handler take part that was on trial. */
    void admit(Instance instance) {
        lock.lock();
        try {
            instance.admit();
            reconsider();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Puts a handler before all others of its name.
     *
     * @return the sandboxes in which it is not active nevertheless, each with the reason
     */
    List<String> choose(Instance instance) {
        lock.lock();
        try {
            instance.choose(++choices);
            candidates.sort(Instance.BEST_FIRST);
            // What kept it from being active earlier may be over.
            seats.forEach(seat -> seat.forget(instance));
            reconsider();
            List<String> without = new ArrayList<>();
            for (Seat seat : seats) {
                Binding active = seat.active();
                if (active == null || active.instance() != instance) {
                    without.add(seat.chain().name() + ": " + seat.refusal(instance));
                }
            }
            return without;
        } finally {
            lock.unlock();
        }
    }

    /** Gives a seat other settings; returns what is not in force. */
    List<String> reconfigure(Seat seat, Settings settings) {
        lock.lock();
        try {
            String refusal = seat.reconfigure(settings);
            if (!refusal.isEmpty()) {
                return List.of("section " + seat.name() + ": " + refusal);
            }
            List<String> missed = Participation.status(seat).unreachable();
            return missed.isEmpty()
                    ? List.of()
                    : List.of("section " + seat.name() + ": the filter does not deliver " + String.join(" ", missed));
        } finally {
            lock.unlock();
        }
    }

    /** The first of those that may be active. */
    Optional<Instance> best() {
        lock.lock();
        try {
            return eligible().stream().findFirst();
        } finally {
            lock.unlock();
        }
    }

    /** The handler of a bundle. */
    Optional<Instance> of(long bundle) {
        lock.lock();
        try {
            return candidates.stream()
                    .filter(candidate -> candidate.bundle() == bundle)
                    .findFirst();
        } finally {
            lock.unlock();
        }
    }

    List<Seat> seats() {
        lock.lock();
        try {
            return List.copyOf(seats);
        } finally {
            lock.unlock();
        }
    }

    void attach(Seat seat) {
        lock.lock();
        try {
            seats.add(seat);
            seat.reconsider(eligible());
        } finally {
            lock.unlock();
        }
    }

    /** Takes a sandbox's seat out; the handler that sat there may still have calls. */
    Optional<Binding> detach(Seat seat) {
        lock.lock();
        try {
            seats.remove(seat);
            return seat.close();
        } finally {
            lock.unlock();
        }
    }

    private List<Instance> eligible() {
        return candidates.stream().filter(candidate -> !candidate.isOnTrial()).toList();
    }

    private void reconsider() {
        List<Instance> best = eligible();
        List.copyOf(seats).forEach(seat -> seat.reconsider(best));
    }

    List<HandlerStatus> statuses(Seat seat) {
        lock.lock();
        try {
            List<HandlerStatus> all = new ArrayList<>();
            all.add(Participation.status(seat));
            Binding active = seat.active();
            for (Instance candidate : candidates) {
                if (active == null || active.instance() != candidate) {
                    all.add(Participation.standby(
                            seat, candidate, candidate.isOnTrial() ? "on trial" : seat.refusal(candidate)));
                }
            }
            return all;
        } finally {
            lock.unlock();
        }
    }

    List<HandlerStatus> unused() {
        lock.lock();
        try {
            return candidates.stream().map(Participation::unused).toList();
        } finally {
            lock.unlock();
        }
    }
}
