package org.sluice.target.net.synthetic;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.sluice.linux.Descriptor;

/**
 * Sockets that are served already and lie ready to be given away: to make one takes many calls, and whoever has just let go
 * of one is likely to ask for the next. Each holds two descriptors of the supervisor's, so there are few, and what is not
 * asked for in a second goes again. Nobody has been given a descriptor of them, so nothing can have been sent on them.
 * Guarded by its owner's lock.
 */
final class ReadySockets {

    /** How many there are at most. */
    static final int MOST = 8;

    /** Nanoseconds after which what nobody asked for goes. */
    static final long LAPSE = 1_000_000_000L;

    private final Deque<Ready> ready = new ArrayDeque<>();
    private long used;

    /**
     * One of them.
     *
     * @param far the end for a target, which blocks
     */
    record Ready(SyntheticSocket socket, Descriptor far) {}

    boolean isEmpty() {
        return ready.isEmpty();
    }

    int size() {
        return ready.size();
    }

    /** Whether it is worth the while to make more. */
    boolean isLow() {
        return ready.size() <= MOST / 2;
    }

    boolean hasRoom() {
        return ready.size() < MOST;
    }

    /** Has been asked for one, now. */
    void use(long now) {
        used = now;
    }

    /** Whether nobody has asked for one for long. */
    boolean isLapsed(long now) {
        return !ready.isEmpty() && now - used >= LAPSE;
    }

    void add(Ready made) {
        ready.addLast(made);
    }

    /** The next; {@code null} if there is none. */
    @Nullable
    Ready take() {
        return ready.pollFirst();
    }
}
