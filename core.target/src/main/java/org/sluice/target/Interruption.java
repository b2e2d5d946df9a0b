package org.sluice.target;

import org.jspecify.annotations.Nullable;

/**
 * One call that the supervisor makes in a target's place and that may block, with what can end it early. Made by
 * {@link Interruptions#watch}; serves one notification, on one thread after another. Thread-safe.
 */
public final class Interruption {

    /** Why the call was given up. */
    public enum Cause {
        /** It was not. */
        NONE,
        /** A signal waits for the target's thread: the call would have returned EINTR. */
        SIGNAL,
        /** The target's thread has ended. */
        DEATH,
        /** Somebody in the supervisor called {@link #cancel}. */
        CANCELLED
    }

    /** Every signal that the thread does not block. */
    static final long ANY = -1;

    private final int tid;
    private final @Nullable Pidfd thread;
    private final long signals;
    private Runnable attendant = () -> {};
    private Cause cause = Cause.NONE;
    private boolean restartable;
    private int sleeper;

    Interruption(int tid, @Nullable Pidfd thread, long signals) {
        this.tid = tid;
        this.thread = thread;
        this.signals = signals;
    }

    /** Why the call was given up. */
    public synchronized Cause cause() {
        return cause;
    }

    /**
     * After a {@link Cause#SIGNAL}: whether it is certain to be delivered to this thread, so that ERESTARTSYS may be
     * answered. Otherwise only EINTR is right.
     */
    public synchronized boolean restartable() {
        return restartable;
    }

    /** Ends the call with EINTR, now or as soon as it begins. The first cause stays. */
    public void cancel() {
        end(Cause.CANCELLED, false);
    }

    /** The target's thread. */
    int tid() {
        return tid;
    }

    @Nullable
    Pidfd thread() {
        return thread;
    }

    /** The signals that end it, bit n-1 for signal n. */
    long signals() {
        return signals;
    }

    void end(Cause why, boolean restart) {
        synchronized (this) {
            if (cause == Cause.NONE) {
                cause = why;
                restartable = restart;
            }
        }
        wake();
    }

    /** Wakes the thread that is in the call; to be repeated, since the thread may be just about to enter it. */
    void wake() {
        Runnable told;
        synchronized (this) {
            if (sleeper != 0) {
                WakeSignal.send(sleeper);
            }
            told = attendant;
        }
        // Outside the lock: who is told may hold a lock of its own when it asks for the cause.
        told.run();
    }

    /** Says which thread enters the call, unless it has been given up already. */
    synchronized boolean enter(int supervisorTid) {
        sleeper = supervisorTid;
        return cause == Cause.NONE;
    }

    /** Says who is told when it has to end, again and again until it has. */
    synchronized void attended(Runnable told) {
        attendant = told;
    }

    synchronized void leave() {
        sleeper = 0;
    }
}
