package org.sluice.target.net.synthetic;

import java.util.HashSet;
import java.util.Set;
import org.sluice.linux.Errno;

/** The ports of a sandbox's sockets, each for one socket: netlink_insert and netlink_autobind. Thread-safe. */
final class PortIds {

    private static final int FIRST_FREE = -4097;

    private final Set<Integer> taken = new HashSet<>();
    private int next = FIRST_FREE;

    /** Takes a port that was asked for; 0 or -EADDRINUSE. */
    synchronized int take(int port) {
        return taken.add(port) ? 0 : -Errno.EADDRINUSE;
    }

    /** Takes the one that is a process's own number, or a free one. */
    synchronized int any(int pid) {
        int port = pid;
        while (!taken.add(port)) {
            port = next;
            next = next == Integer.MIN_VALUE ? FIRST_FREE : next - 1;
        }
        return port;
    }

    synchronized void give(int port) {
        taken.remove(port);
    }
}
