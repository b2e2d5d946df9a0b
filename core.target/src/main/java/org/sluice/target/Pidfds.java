package org.sluice.target;

import java.util.Comparator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.IntBinaryOperator;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.PidfdInfo;

/**
 * The pidfds of one sandbox's threads. A cached one may outlive its thread, and the number may by then belong to another:
 * using it then gives ESRCH, never the other thread, so it is replaced and the call made again. The caller asks the
 * kernel afterwards whether the notification is still valid; if so, the number has meant its thread all along.
 *
 * <p>A thread that unshared its descriptor table has other files than its leader, so the thread itself is opened
 * (PIDFD_THREAD, Linux 6.9). Older kernels open leaders only; that is safe because the filter keeps threads from
 * unsharing the table.
 *
 * <p>Thread-safe; a hit takes no lock. Bounded: the one that was not used for longest goes first.
 */
public final class Pidfds implements AutoCloseable {

    /** The same bit as O_EXCL (linux/pidfd.h). */
    private static final int PIDFD_THREAD = 0x80;

    private static final long UNSIGNED = 0xffff_ffffL;

    private final ConcurrentMap<Integer, Pidfd> byThread = new ConcurrentHashMap<>();
    private final int capacity;
    private volatile boolean closed;

    /** A cache of at most {@code capacity} descriptors. */
    public Pidfds(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Copies a descriptor of a thread into the supervisor, close-on-exec.
     *
     * @param fd the number in the target
     * @return the supervisor's descriptor, for the caller to close; -EBADF where the target has none of that number,
     *     -ESRCH where the thread is gone, -EPERM where it may not be taken, -EMFILE
     */
    public int getfd(int tid, int fd) {
        return getfd(tid, fd, (pidfd, number) -> (int) Linux.call(Nr.PIDFD_GETFD, pidfd, number, 0));
    }

    /** Copies by {@code call}, which is given a pidfd and the number in the target. */
    int getfd(int tid, int fd, IntBinaryOperator call) {
        for (int attempt = 0; ; attempt++) {
            Attempt<Pidfd> found = acquire(tid);
            if (!found.succeeded()) {
                return -found.errno();
            }
            try (Pidfd pidfd = found.get()) {
                int copy = call.applyAsInt(pidfd.fd(), fd);
                if (copy != -Errno.ESRCH || attempt > 0) {
                    return copy;
                }
                forget(pidfd);
            }
        }
    }

    /**
     * The pidfd of a thread, for the caller to {@linkplain Pidfd#close release}. A cached one may belong to a thread of
     * that number that has ended.
     *
     * @return or ESRCH if there is no such thread
     */
    public Attempt<Pidfd> acquire(int tid) {
        while (true) {
            Pidfd known = byThread.get(tid);
            if (known == null) {
                Attempt<Pidfd> opened = open(tid);
                if (!opened.succeeded()) {
                    return opened;
                }
                remember(opened.get());
            } else if (known.acquire()) {
                known.used = System.nanoTime();
                return Attempt.of(known);
            } else {
                byThread.remove(tid, known);
            }
        }
    }

    /**
     * The id of a thread's process. Asked of what is cached for the thread, where the kernel tells it (Linux 6.13): one
     * whose thread has ended answers nothing, so the number's new owner is never taken for the old one.
     *
     * @return 0 if the thread is gone
     */
    public int leader(int tid) {
        Attempt<Pidfd> found = acquire(tid);
        if (!found.succeeded()) {
            return 0;
        }
        try (Pidfd pidfd = found.get()) {
            Block info = Scratch.get().record;
            info.zero(0, PidfdInfo.SIZE).putLong(PidfdInfo.MASK, PidfdInfo.INFO_PID);
            long asked = Linux.call(Nr.IOCTL, pidfd.fd(), PidfdInfo.IOCTL_GET_INFO & UNSIGNED, info.address());
            if (asked >= 0 && info.getInt(PidfdInfo.PID) == tid) {
                return info.getInt(PidfdInfo.TGID);
            }
            if (asked != -Errno.ENOTTY) {
                forget(pidfd);
            }
        }
        return ThreadStatus.leader(tid);
    }

    /** Lets go of what is cached for a thread, so that the next use opens it anew. */
    public void forget(Pidfd pidfd) {
        if (byThread.remove(pidfd.tid(), pidfd)) {
            pidfd.close();
        }
    }

    /** How many are cached. */
    public int size() {
        return byThread.size();
    }

    /** Closes all; those in use are closed when they are released. */
    @Override
    public void close() {
        closed = true;
        byThread.values().forEach(this::forget);
    }

    void remember(Pidfd pidfd) {
        if (byThread.putIfAbsent(pidfd.tid(), pidfd) != null) {
            pidfd.close();
        } else if (closed) {
            forget(pidfd);
        } else if (byThread.size() > capacity) {
            byThread.values().stream()
                    .filter(other -> other != pidfd)
                    .min(Comparator.comparingLong(other -> other.used - pidfd.used))
                    .ifPresent(this::forget);
        }
    }

    private Attempt<Pidfd> open(int tid) {
        if (closed) {
            return Attempt.failed(Errno.ESRCH);
        }
        long fd = Linux.call(Nr.PIDFD_OPEN, tid, PIDFD_THREAD);
        if (fd == -Errno.EINVAL) {
            int leader = ThreadStatus.read(tid).leader();
            fd = leader > 0 ? Linux.call(Nr.PIDFD_OPEN, leader, 0) : -Errno.ESRCH;
        }
        if (fd < 0) {
            return Attempt.failed(fd == -Errno.ENOENT ? Errno.ESRCH : (int) -fd);
        }
        return Attempt.of(new Pidfd(tid, (int) fd));
    }
}
