package org.sluice.core.spawn;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.sluice.linux.Block;
import org.sluice.linux.Epoll;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;

/**
 * Learns of the ends of guards and of what they tell. One thread for all of them, waiting in {@link Epoll#await}. Thread-safe.
 */
public final class Reaper implements AutoCloseable {

    private final Epoll epoll = new Epoll();
    private final Map<Long, Watched> watched = new ConcurrentHashMap<>();
    private final AtomicLong keys = new AtomicLong();
    private final Thread thread;

    /** A process with what is called when it changes without ending. */
    private record Watched(GuardedProcess process, Runnable changed) {}

    public Reaper() {
        this.thread = new Thread(this::run, "sluice-reaper");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Watches a process until its end, then completes its {@link GuardedProcess#exit}.
     *
     * @param changed called on the reaper's thread when the target was stopped; must not block
     */
    public void watch(GuardedProcess process, Runnable changed) {
        long key = keys.getAndIncrement();
        watched.put(key, new Watched(process, changed));
        add(process.events(), key << 1);
        add(process.guardPidfd(), (key << 1) | 1);
    }

    private void add(int fd, long data) {
        SysException.check("epoll_ctl", epoll.add(fd, Epoll.IN, data));
    }

    private void run() {
        Block count = Block.allocate(8);
        while (epoll.await((data, events) -> report(data, count))) {
            // All that was ready has been reported.
        }
        epoll.close();
    }

    private void report(long data, Block count) {
        Watched each = watched.get(data >> 1);
        if (each == null) {
            return;
        }
        if ((data & 1) == 1) {
            end(data >> 1, each);
        } else {
            Linux.call(Nr.READ, each.process.events(), count.address(), 8);
            each.changed.run();
        }
    }

    private void end(long key, Watched ended) {
        watched.remove(key);
        epoll.remove(ended.process.events());
        epoll.remove(ended.process.guardPidfd());
        ended.process.exit().complete(ended.process.reap());
    }

    /** Ends the thread and waits until its descriptors are closed. Processes that still run are no longer watched. */
    @Override
    public void close() {
        epoll.stop();
        boolean interrupted = false;
        while (thread.isAlive() && !Thread.currentThread().equals(thread)) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
