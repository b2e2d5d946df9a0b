package org.sluice.core.chain;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.sluice.core.state.HandlerState;

/**
 * A handler's place in the chain of one sandbox, from its activation until another takes the place. It counts the calls
 * that it has: a call claims the place before it enters the handler, and no call can claim it once it is retired.
 */
final class Binding {

    /** Added to the count when the place is retired, so that it shows in the sign. */
    private static final int RETIRED = Integer.MIN_VALUE;

    private final Seat seat;
    private final Instance instance;
    private final Shape shape;
    private final HandlerState state;
    private final AtomicInteger claims = new AtomicInteger();

    Binding(Seat seat, Instance instance, Shape shape, HandlerState state) {
        this.seat = seat;
        this.instance = instance;
        this.shape = shape;
        this.state = state;
        instance.bindings().add(this);
    }

    Seat seat() {
        return seat;
    }

    Instance instance() {
        return instance;
    }

    Shape shape() {
        return shape;
    }

    HandlerState state() {
        return state;
    }

    /** Claims the place for a call; whoever gets {@code true} calls {@link #release}. */
    boolean claim() {
        if (claims.incrementAndGet() > 0) {
            return true;
        }
        release();
        return false;
    }

    void release() {
        if (claims.decrementAndGet() == RETIRED) {
            idle();
        }
    }

    /** Takes no further claims. */
    void retire() {
        int before = claims.getAndUpdate(count -> count < 0 ? count : count + RETIRED);
        if (before == 0) {
            idle();
        }
    }

    boolean isRetired() {
        return claims.get() < 0;
    }

    /** Waits until no claim is left. Call {@link #retire} first. */
    synchronized boolean awaitIdle(long deadline) {
        boolean interrupted = false;
        while (claims.get() != RETIRED) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                break;
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return claims.get() == RETIRED;
    }

    private void idle() {
        instance.bindings().remove(this);
        synchronized (this) {
            notifyAll();
        }
    }
}
