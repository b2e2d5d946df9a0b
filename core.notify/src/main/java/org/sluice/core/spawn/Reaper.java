package org.sluice.core.spawn;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;

/**
 * Learns of the ends of guards and of what they tell. One thread for all of them, waiting in epoll_wait(2). Thread-safe.
 */
public final class Reaper implements AutoCloseable {

    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLLIN = 1;
    private static final int EFD_CLOEXEC = 0x80000;

    /** struct epoll_event is packed on x86-64 alone. */
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

    private static final int DATA = PACKED ? 4 : 8;
    private static final int EVENT_SIZE = PACKED ? 12 : 16;
    private static final int BATCH = 32;
    private static final long WAKE = 0;

    private final int epoll;
    private final int wake;
    private final Map<Long, Watched> watched = new ConcurrentHashMap<>();
    private final AtomicLong keys = new AtomicLong(1);
    private final Thread thread;
    private volatile boolean closed;

    /** A process with what is called when it changes without ending. */
    private record Watched(GuardedProcess process, Runnable changed) {}

    public Reaper() {
        this.epoll = (int) SysException.check("epoll_create1", Linux.call(Nr.EPOLL_CREATE1, EPOLL_CLOEXEC));
        this.wake = (int) SysException.check("eventfd", Linux.call(Nr.EVENTFD2, 0, EFD_CLOEXEC));
        add(wake, WAKE);
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
        Block event = Block.allocate(16).putInt(0, EPOLLIN).putLong(DATA, data);
        SysException.check("epoll_ctl", Linux.call(Nr.EPOLL_CTL, epoll, EPOLL_CTL_ADD, fd, event.address(), 0, 0));
    }

    private void run() {
        Block events = Block.allocate(EVENT_SIZE * BATCH);
        Block count = Block.allocate(8);
        while (!closed) {
            long ready = Linux.call(Nr.EPOLL_PWAIT, epoll, events.address(), BATCH, -1, 0, 8);
            if (ready == -Errno.EINTR) {
                continue;
            }
            SysException.check("epoll_pwait", ready);
            for (int i = 0; i < ready; i++) {
                long data = events.getLong(EVENT_SIZE * i + DATA);
                Watched each = watched.get(data >> 1);
                if (data == WAKE || each == null) {
                    continue;
                }
                if ((data & 1) == 1) {
                    end(data >> 1, each);
                } else {
                    Linux.call(Nr.READ, each.process.events(), count.address(), 8);
                    each.changed.run();
                }
            }
        }
        Linux.close(epoll);
        Linux.close(wake);
    }

    private void end(long key, Watched ended) {
        watched.remove(key);
        // A closed descriptor leaves the set only when nobody else holds it open, and guards of others may for a
        // moment.
        Linux.call(Nr.EPOLL_CTL, epoll, EPOLL_CTL_DEL, ended.process.events(), 0, 0, 0);
        Linux.call(Nr.EPOLL_CTL, epoll, EPOLL_CTL_DEL, ended.process.guardPidfd(), 0, 0, 0);
        ended.process.exit().complete(ended.process.reap());
    }

    /** Ends the thread and waits until its descriptors are closed. Processes that still run are no longer watched. */
    @Override
    public void close() {
        closed = true;
        Block one = Block.allocate(8).putLong(0, 1);
        SysException.check("write", one.with(at -> Linux.call(Nr.WRITE, wake, at, 8)));
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
