package org.sluice.core.chain;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The registry's own thread. It ends calls that a handler holds for too long, and starts the threads on which withdrawn
 * calls go on. Those are started here, and not where a call is withdrawn, because a thread remembers the code that started
 * it: a drain runs under code of the bundle that leaves.
 */
final class Watchdog implements Runnable {

    private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(250);

    private final HandlerRegistry registry;
    private final BlockingQueue<CallRun> offers = new LinkedBlockingQueue<>();
    private final AtomicInteger started = new AtomicInteger();
    private final Thread thread;
    private volatile boolean closed;

    Watchdog(HandlerRegistry registry) {
        this.registry = registry;
        this.thread = daemon(this, "sluice-handler-watchdog");
    }

    void start() {
        thread.start();
    }

    /** Runs a call on a thread of its own. */
    void offer(CallRun run) {
        offers.add(run);
        if (closed && offers.remove(run)) {
            run.refuse();
        }
    }

    @Override
    public void run() {
        try {
            while (!closed) {
                long budget = registry.timeouts().budget().toNanos();
                CallRun run = offers.poll(interval(budget), TimeUnit.NANOSECONDS);
                if (run != null) {
                    daemon(run, "sluice-offer-" + started.incrementAndGet()).start();
                }
                long now = System.nanoTime();
                registry.chains().forEach(chain -> chain.flights().forEach(flight -> flight.expire(now, budget)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (CallRun run = offers.poll(); run != null; run = offers.poll()) {
            run.refuse();
        }
    }

    private static long interval(long budget) {
        return Math.max(SHORTEST, Math.min(LONGEST, budget / 20));
    }

    /** Ends the thread. */
    void close() {
        closed = true;
        thread.interrupt();
    }

    static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(null, task, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(Watchdog.class.getClassLoader());
        return thread;
    }
}
