package org.sluice.target.net;

import java.util.ArrayDeque;
import java.util.Deque;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/**
 * Routing sockets of a network namespace, ready to be given away. Entering the namespace costs many times what opening a
 * socket there does, and whoever asks again is likely to ask once more, so each time more of them are opened. Thread-safe.
 */
public final class RouteSockets implements AutoCloseable {

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int NETLINK_ROUTE = 0;

    private static final int F_SETFL = 4;
    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 0x800;

    /** No more than this are opened at once: each holds a descriptor of the supervisor's until it is given away. */
    private static final int MOST = 32;

    /** How many times as many as the time before. */
    private static final int GROWTH = 8;

    private final NetworkNamespace network;
    private final Deque<Integer> ready = new ArrayDeque<>();
    private int next = 1;

    /** Of a namespace, which stays the caller's. */
    public RouteSockets(NetworkNamespace network) {
        this.network = network;
    }

    /** Whether {@link #take} gives sockets of this kind. */
    public static boolean match(int domain, int type, int protocol) {
        return domain == AF_NETLINK && (type & 0xf) == SOCK_RAW && protocol == NETLINK_ROUTE;
    }

    /** A socket that nobody has used, for the caller to close; or a negative errno. */
    public synchronized int take(boolean nonBlocking) {
        if (ready.isEmpty()) {
            int[] opened = network.open(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, next);
            next = Math.min(next * GROWTH, MOST);
            if (opened[0] < 0) {
                return opened[0];
            }
            for (int fd : opened) {
                if (fd >= 0) {
                    ready.add(fd);
                }
            }
        }
        int fd = ready.remove();
        if (nonBlocking) {
            Linux.call(Nr.FCNTL, fd, F_SETFL, O_RDWR | O_NONBLOCK);
        }
        return fd;
    }

    @Override
    public synchronized void close() {
        ready.forEach(Linux::close);
        ready.clear();
    }
}
