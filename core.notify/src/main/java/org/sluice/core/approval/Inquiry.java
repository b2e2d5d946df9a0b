package org.sluice.core.approval;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.ApprovalRequest;

/**
 * One question, from when it is raised until its answer. It is decided once: by the answer, by its timeout, or because the
 * call that it is about has gone. Whoever decides it makes the thread that asks let go, so that nobody is asked any more,
 * and a terminal is as it was, by the time the call returns. Thread-safe.
 */
public final class Inquiry {

    /** How long a call is held up for a backend that does not let go. */
    private static final long LET_GO_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final @Nullable ApprovalRequest request;
    private final long deadline;
    private final AtomicBoolean decided = new AtomicBoolean();
    private @Nullable Thread asking;
    private boolean settled;
    private boolean approved;
    private String reason = "";
    private long settledAt;

    /** One that is asked; {@link #askOn} comes next. */
    Inquiry(ApprovalRequest request) {
        this.request = request;
        this.deadline = System.nanoTime() + request.timeout().toNanos();
    }

    private Inquiry(boolean approved, String reason) {
        this.request = null;
        this.deadline = 0;
        this.settled = true;
        this.approved = approved;
        this.reason = reason;
    }

    /** One that nobody need be asked. */
    static Inquiry settled(boolean approved, String reason) {
        return new Inquiry(approved, reason);
    }

    /** What is asked; only of one that somebody is asked. */
    ApprovalRequest request() {
        if (request == null) {
            throw new IllegalStateException("this was never asked");
        }
        return request;
    }

    /** Begins to ask, on a thread of its own. */
    void askOn(Thread thread) {
        synchronized (this) {
            asking = thread;
        }
        thread.start();
    }

    /** The thread that asked has let go. */
    synchronized void letGo() {
        asking = null;
        notifyAll();
    }

    /** Whether the caller is the first to decide; it has to {@link #settle} then. */
    boolean decide() {
        return decided.compareAndSet(false, true);
    }

    /** Makes the decision known. */
    synchronized void settle(boolean yes, String why) {
        settled = true;
        approved = yes;
        reason = why;
        settledAt = System.nanoTime();
        if (asking != null && asking != Thread.currentThread()) {
            asking.interrupt();
        }
        notifyAll();
    }

    private void settleUnlessDecided(String why) {
        if (decide()) {
            settle(false, why);
        }
    }

    /** The call is gone: nobody needs the answer. */
    public void withdraw() {
        settleUnlessDecided("withdrawn");
    }

    /**
     * Waits until it is settled and nobody is asked any more, as long as {@code wanted} says so.
     *
     * @return whether it is settled
     */
    public boolean await(BooleanSupplier wanted) throws InterruptedException {
        while (wanted.getAsBoolean()) {
            synchronized (this) {
                long now = System.nanoTime();
                if (settled && (asking == null || now - settledAt >= LET_GO_NANOS)) {
                    return true;
                }
                long left = settled ? settledAt + LET_GO_NANOS - now : deadline - now;
                if (left > 0) {
                    if (wanted.getAsBoolean()) {
                        TimeUnit.NANOSECONDS.timedWait(this, left);
                    }
                    continue;
                }
            }
            settleUnlessDecided("no answer in " + request().timeout().toSeconds() + " s");
            awaitSettled();
        }
        return false;
    }

    /** Another one has decided and is about to settle. */
    private synchronized void awaitSettled() throws InterruptedException {
        while (!settled) {
            wait();
        }
    }

    /** Makes those who wait look again whether they still do. */
    public synchronized void wake() {
        notifyAll();
    }

    /** Whether nobody has to be waited for. */
    public synchronized boolean isSettled() {
        return settled && asking == null;
    }

    /** Whether the answer is yes. */
    public synchronized boolean isApproved() {
        return approved;
    }

    /** Why the answer is no, in a short phrase; empty where nobody is asked at all. */
    public synchronized String reason() {
        return reason;
    }
}
