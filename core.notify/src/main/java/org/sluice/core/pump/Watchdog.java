package org.sluice.core.pump;

import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sees to it that no call of a sandbox waits long because another is being handled: where the leader of a {@link Pump}
 * is busy with one call for more than a millisecond or two, a spare takes over the receiving. Sleeps while nothing happens. One for all
 * pumps; thread-safe.
 */
public final class Watchdog implements AutoCloseable {

    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(1);

    /** After so many ticks without a busy leader the watchdog sleeps until it is woken. */
    private static final int QUIET_TICKS = 20;

    private final CopyOnWriteArrayList<Pump> pumps = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean asleep;
    private volatile boolean closed;

    public Watchdog() {
        thread = new Thread(this::run, "sluice-watchdog");
        thread.setDaemon(true);
        thread.start();
    }

    void add(Pump pump) {
        pumps.add(pump);
    }

    void remove(Pump pump) {
        pumps.remove(pump);
    }

    /** Called at the beginning of each call: a read, unless the watchdog sleeps. */
    void wake() {
        if (asleep) {
            asleep = false;
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        int quiet = 0;
        while (!closed) {
            boolean busy = false;
            for (Pump pump : pumps) {
                busy |= pump.check();
            }
            quiet = busy ? 0 : quiet + 1;
            if (quiet > QUIET_TICKS) {
                sleep();
                quiet = 0;
            } else {
                LockSupport.parkNanos(this, TICK);
            }
        }
    }

    /** Sleeps until a call begins. A call that began just before is found by one more look. */
    private void sleep() {
        asleep = true;
        for (Pump pump : pumps) {
            if (pump.check()) {
                asleep = false;
                return;
            }
        }
        while (asleep && !closed) {
            LockSupport.park(this);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
