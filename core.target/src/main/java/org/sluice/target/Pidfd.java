package org.sluice.target;

import java.util.concurrent.atomic.AtomicInteger;
import org.sluice.linux.Linux;

/**
 * A descriptor that refers to one thread or process, whatever becomes of its number (pidfd_open(2)). Counted: it is
 * closed when its cache has let go of it and the last user has {@linkplain #close released} it. Thread-safe.
 */
public final class Pidfd implements AutoCloseable {

    private final int tid;
    private final int fd;
    private final AtomicInteger users = new AtomicInteger(1);

    /** For eviction: when it was last used, in nanoseconds of System.nanoTime. */
    volatile long used = System.nanoTime();

    Pidfd(int tid, int fd) {
        this.tid = tid;
        this.fd = fd;
    }

    /** The thread that it was opened for. */
    public int tid() {
        return tid;
    }

    /** The descriptor; readable (poll(2)) once the thread has ended. Not to be closed by hand. */
    public int fd() {
        return fd;
    }

    /** Takes part in it, unless it is closed already. */
    boolean acquire() {
        int count = users.get();
        while (count > 0) {
            if (users.compareAndSet(count, count + 1)) {
                return true;
            }
            count = users.get();
        }
        return false;
    }

    /** Releases it. */
    @Override
    public void close() {
        if (users.decrementAndGet() == 0) {
            Linux.close(fd);
        }
    }
}
