package org.sluice.core.chain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A bundle whose handlers have to show that they are fit before one of them takes another's place. As long as the trial
 * lasts they are registered and get no call; those that are still there when it is closed take part like any other.
 * Thread-safe.
 */
public final class Trial implements AutoCloseable {

    private final HandlerRegistry registry;
    private final long bundle;
    private final Set<Instance> arrived = new LinkedHashSet<>();
    private boolean closed;

    Trial(HandlerRegistry registry, long bundle) {
        this.registry = registry;
        this.bundle = bundle;
    }

    long bundle() {
        return bundle;
    }

    /** Whether the trial is not over yet. */
    synchronized boolean arrived(Instance instance) {
        arrived.add(instance);
        notifyAll();
        return !closed;
    }

    /** Waits until the bundle offers a handler of a name; whether it does. */
    public synchronized boolean await(String name, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (find(name).isEmpty()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    private Optional<Instance> find(String name) {
        return registry.slot(name).of(bundle);
    }

    private Instance instance(String name) {
        return find(name)
                .orElseThrow(() -> new IllegalStateException("bundle " + bundle + " offers no handler " + name));
    }

    /**
     * Has a handler show that it is fit for every sandbox that has a place for it. Nothing is changed.
     *
     * @throws IllegalStateException if it is not; the message names the sandbox and the reason
     */
    public void rehearse(String name) throws InterruptedException {
        Instance instance = instance(name);
        for (Seat seat : registry.slot(name).seats()) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            Thread thread = Watchdog.daemon(() -> rehearse(seat, instance, done), "sluice-trial");
            thread.start();
            Duration budget = registry.timeouts().budget();
            try {
                done.get(budget.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                thread.interrupt();
                throw new IllegalStateException(
                        "in " + seat.chain().name() + " it had no answer within " + budget.toMillis() + " ms", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException("in " + seat.chain().name() + ": " + reason(e), e);
            }
        }
    }

    /** Code of the handler runs: whatever it throws is the answer. */
    private static void rehearse(Seat seat, Instance instance, CompletableFuture<Void> done) {
        try {
            seat.rehearse(instance);
            done.complete(null);
        } catch (Throwable e) {
            done.completeExceptionally(e);
        }
    }

    private static String reason(ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    /**
     * Makes a handler active in every sandbox that has a place for it, whatever its ranking and version.
     *
     * @throws IllegalStateException if a sandbox did not take it; it is active in the others then, and leaves them when its
     *     bundle stops
     */
    public void accept(String name) {
        List<String> without = registry.slot(name).choose(instance(name));
        if (!without.isEmpty()) {
            throw new IllegalStateException("in " + String.join("; in ", without));
        }
    }

    @Override
    public void close() {
        registry.end(this);
        List<Instance> left;
        synchronized (this) {
            closed = true;
            left = new ArrayList<>(arrived);
        }
        for (Instance instance : left) {
            if (instance.isOnTrial() && instance.handler() != null) {
                registry.slot(instance.description().name()).admit(instance);
            }
        }
    }
}
