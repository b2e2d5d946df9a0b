package org.sluice.core.chain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.sluice.core.HandlerStatus;

/** The handlers and the seats of one name. Its lock is held while a change is made, never while a call runs. */
final class Slot {

    private static final Comparator<Instance> BEST_FIRST =
            Comparator.comparing(Instance::description, HandlerDescription.BEST_FIRST);

    private final ChainTimeouts timeouts;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Instance> candidates = new ArrayList<>();
    private final List<Seat> seats = new ArrayList<>();

    Slot(ChainTimeouts timeouts) {
        this.timeouts = timeouts;
    }

    boolean hasCandidates() {
        lock.lock();
        try {
            return !candidates.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    void add(Instance instance) {
        lock.lock();
        try {
            candidates.add(instance);
            candidates.sort(BEST_FIRST);
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
            long deadline = System.nanoTime() + timeouts.drain().toNanos();
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

    void attach(Seat seat) {
        lock.lock();
        try {
            seats.add(seat);
            seat.reconsider(candidates);
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

    private void reconsider() {
        List<Instance> best = List.copyOf(candidates);
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
                    all.add(Participation.standby(seat, candidate, seat.refusal(candidate)));
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
