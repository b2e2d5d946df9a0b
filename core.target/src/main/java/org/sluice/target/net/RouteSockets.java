package org.sluice.target.net;

import java.util.ArrayDeque;
import java.util.Deque;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/**
 * Routing sockets of a network namespace, ready to be given away. Entering the namespace costs many times what opening a
 * socket there does, so whoever asks a second time is likely to ask again, and several are opened at once. Thread-safe.
 */
public final class RouteSockets implements AutoCloseable {

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int NETLINK_ROUTE = 0;

    private static final int F_SETFL = 4;
    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 0x800;

    /** How many are opened at once, but for the first time. */
    private static final int BATCH = 8;

    private final NetworkNamespace network;
    private final Deque<Integer> ready = new ArrayDeque<>();
    private boolean used;

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
            int[] opened = network.open(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, used ? BATCH : 1);
            used = true;
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
