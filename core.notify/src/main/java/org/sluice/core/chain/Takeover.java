package org.sluice.core.chain;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.notify.Verdict;

/**
 * The operations of one call: those that this run issues, and before them those that it took over from the run that the
 * call was withdrawn from. A handler that does the same as its predecessor gets the results of what was done already, and
 * waits for what is pending; nothing is issued twice. If it does something else while an operation is pending, that one
 * is waited for: had it succeeded, it could not be undone, and the call is refused.
 */
final class Takeover {

    private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);

    private final List<Operation> inherited;
    private final List<Seat> skipped;
    /** These three are guarded by this object: whoever takes a call away from its thread looks at them from another. */
    private int replayed;

    private @Nullable Operation current;
    /** Every operation before {@link #current}; most calls have none. */
    private List<Operation> earlier = List.of();

    private Takeover(List<Operation> inherited, List<Seat> skipped) {
        this.inherited = inherited;
        this.skipped = skipped;
    }

    /** Of a call that is new. */
    static Takeover none() {
        return new Takeover(List.of(), List.of());
    }

    /** For the run that goes on with the call. */
    synchronized Takeover next() {
        List<Operation> all = new ArrayList<>(earlier);
        Operation last = current;
        if (last != null) {
            all.add(last);
        }
        all.addAll(inherited.subList(replayed, inherited.size()));
        return new Takeover(all, skipped);
    }

    /** For the run that goes on without a handler that hung. */
    Takeover nextWithout(Seat seat) {
        List<Seat> all = new ArrayList<>(skipped);
        all.add(seat);
        return new Takeover(next().inherited, all);
    }

    /** Whether the terminal has been asked: from then on a refusal might be untrue. */
    synchronized boolean hasBegun() {
        return current != null || !inherited.isEmpty();
    }

    boolean skips(Seat seat) {
        return !skipped.isEmpty() && skipped.contains(seat);
    }

    /** Wakes this run if it waits for an operation that it took over. */
    void wake() {
        Operation last = current();
        if (last != null) {
            last.wake();
        }
    }

    /** Tells the terminal that {@code run} was answered without an operation that it took over and did not need. */
    void abandon(CallRun run) {
        if (!leavesPending()) {
            return;
        }
        try {
            run.chain().spec().terminal().abandon(run.notification());
        } catch (Throwable e) {
            LOG.error(
                    "{} of {} could not be abandoned",
                    run.notification().name(),
                    run.chain().name(),
                    e);
        }
    }

    private synchronized boolean leavesPending() {
        return replayed < inherited.size()
                && !inherited.get(inherited.size() - 1).isDone();
    }

    /** Brings a call to its end on behalf of {@code run}. */
    Verdict perform(CallRun run, Request request) {
        for (Operation operation = replay(); operation != null; operation = replay()) {
            Verdict verdict = join(run, operation);
            if (operation.wasNeverIssued()) {
                continue;
            }
            if (operation.matches(request)) {
                return verdict;
            }
            if (verdict.succeeded() || verdict.continued()) {
                LOG.warn(
                        "{} of {} was done in another way by a handler that has left; it is refused",
                        run.notification().name(),
                        run.chain().name());
                return CallRun.REFUSED;
            }
        }
        return issue(run, request);
    }

    private Verdict issue(CallRun run, Request request) {
        Operation operation = new Operation(request.address(), request.exclusive());
        remember(operation);
        try {
            run.enterCore();
        } catch (Withdrawn e) {
            operation.cancel();
            throw e;
        }
        operation.finish(terminal(run, request));
        if (!run.exitCore()) {
            operation.wake();
            throw new Withdrawn();
        }
        return operation.result();
    }

    private static Verdict terminal(CallRun run, Request request) {
        Notification notification = run.notification();
        try {
            // The terminal may fail in any way; a call that it did not finish is refused.
            @Nullable
            Verdict verdict =
                    run.chain().spec().terminal().perform(notification, request.address(), request.exclusive());
            if (verdict != null) {
                return verdict;
            }
            LOG.error(
                    "{} of {} was not performed: no verdict",
                    notification.name(),
                    run.chain().name());
        } catch (Throwable e) {
            LOG.error(
                    "{} of {} was not performed",
                    notification.name(),
                    run.chain().name(),
                    e);
        }
        return CallRun.REFUSED;
    }

    private Verdict join(CallRun run, Operation operation) {
        if (operation.isDone()) {
            return operation.result();
        }
        run.enterCore();
        try {
            operation.await(run::isInCore);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!run.exitCore()) {
            throw new Withdrawn();
        }
        return operation.isDone() ? operation.result() : CallRun.REFUSED;
    }

    /** The next operation of those that were taken over. */
    private synchronized @Nullable Operation replay() {
        if (replayed == inherited.size()) {
            return null;
        }
        Operation operation = inherited.get(replayed++);
        remember(operation);
        return operation;
    }

    private synchronized @Nullable Operation current() {
        return current;
    }

    private synchronized void remember(Operation operation) {
        Operation last = current;
        if (last != null) {
            if (earlier.isEmpty()) {
                earlier = new ArrayList<>();
            }
            earlier.add(last);
        }
        current = operation;
    }
}
