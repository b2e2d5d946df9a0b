package org.sluice.target.net;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;

/**
 * Routing sockets of a network namespace, ready to be given away. Entering the namespace costs many times what opening a
 * socket there does, and whoever asks again is likely to ask once more, so each time more of them are opened; of those who
 * ask often nobody waits for it, because a thread of its own opens the next ones before the last have gone. Thread-safe.
 */
public final class RouteSockets implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RouteSockets.class);

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int NETLINK_ROUTE = 0;

    private static final int F_SETFL = 4;
    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 0x800;

    /**
     * No more than this are opened at once, so that never more than twice as many lie ready: each holds a descriptor of the
     * supervisor's until it is given away.
     */
    static final int MOST = 32;

    /** When no more than this are left, more are opened. */
    private static final int LOW = 12;

    /** How many times as many as the time before. */
    private static final int GROWTH = 8;

    /** For all sandboxes; there only while it is needed. */
    private static final Executor OPENER = opener();

    private final NetworkNamespace network;
    private final Deque<Integer> ready = new ArrayDeque<>();
    private int next = 1;
    private boolean opening;
    private boolean closed;

    /** Of a namespace, which stays the caller's. */
    public RouteSockets(NetworkNamespace network) {
        this.network = network;
    }

    /** Whether {@link #take} gives sockets of this kind. */
    public static boolean match(int domain, int type, int protocol) {
        return domain == AF_NETLINK && (type & 0xf) == SOCK_RAW && protocol == NETLINK_ROUTE;
    }

    /** How many lie ready. */
    synchronized int size() {
        return ready.size();
    }

    /** A socket that nobody has used, for the caller to close; or a negative errno. */
    public synchronized int take(boolean nonBlocking) {
        if (ready.isEmpty()) {
            int[] opened = network.open(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, next);
            next = Math.min(next * GROWTH, MOST);
            if (opened[0] < 0) {
                return opened[0];
            }
            add(opened);
        }
        int fd = ready.remove();
        if (next == MOST && ready.size() == LOW && !opening && !closed) {
            OPENER.execute(this::openMore);
            opening = true;
        }
        if (nonBlocking) {
            Linux.call(Nr.FCNTL, fd, F_SETFL, O_RDWR | O_NONBLOCK);
        }
        return fd;
    }

    private void openMore() {
        int[] opened = {};
        try {
            opened = network.open(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, MOST);
        } catch (SysException e) {
            LOG.debug("no sockets are opened ahead; whoever asks tries again", e);
        } finally {
            synchronized (this) {
                add(opened);
                opening = false;
                notifyAll();
            }
        }
    }

    /** This object's lock is held. */
    private void add(int[] opened) {
        for (int fd : opened) {
            if (fd >= 0 && !closed) {
                ready.add(fd);
            } else if (fd >= 0) {
                Linux.close(fd);
            }
        }
    }

    private static Executor opener() {
        return new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "sluice-netlink-sockets");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Closes what lies ready; when it returns, nothing is opened any more. */
    @Override
    public synchronized void close() {
        closed = true;
        boolean interrupted = false;
        while (opening) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        ready.forEach(Linux::close);
        ready.clear();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
