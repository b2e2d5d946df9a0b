package org.sluice.core.chain;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.Address;
import org.sluice.notify.Verdict;

/**
 * One try of the terminal. It belongs to the thread that performs it; when its call is withdrawn from that thread, the
 * frames that take the call over wait here for the result instead of performing it again.
 */
final class Operation {

    private final Optional<Address> address;
    private final boolean exclusive;
    private volatile @Nullable Verdict result;
    private volatile boolean cancelled;

    Operation(Optional<Address> address, boolean exclusive) {
        this.address = address;
        this.exclusive = exclusive;
    }

    boolean matches(Request request) {
        return exclusive == request.exclusive() && address.equals(request.address());
    }

    /** Whether nobody works on it any more. */
    boolean isDone() {
        return result != null || cancelled;
    }

    /** Whether the call was taken away just before the terminal was asked, so that there is no result. */
    boolean wasNeverIssued() {
        return cancelled;
    }

    /** The result; only when {@link #isDone}. */
    Verdict result() {
        Verdict verdict = result;
        return verdict == null ? CallRun.REFUSED : verdict;
    }

    void finish(Verdict verdict) {
        result = verdict;
    }

    /** It is not issued. */
    void cancel() {
        cancelled = true;
        wake();
    }

    /** Wakes whoever waits, after {@link #finish} or because its call was withdrawn in turn. */
    synchronized void wake() {
        notifyAll();
    }

    /** Waits for the result, as long as {@code wanted} says so. */
    synchronized void await(BooleanSupplier wanted) throws InterruptedException {
        while (!isDone() && wanted.getAsBoolean()) {
            wait();
        }
    }
}
