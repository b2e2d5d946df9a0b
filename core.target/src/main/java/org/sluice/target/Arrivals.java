package org.sluice.target;

import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/**
 * Waiting for something to come in at a target's socket: a connection, data (poll(2), socket(7)). Waiting takes nothing
 * away, so it may be given up at any time. Stateless and thread-safe.
 */
public final class Arrivals {

    /** In place of a timeout: none. */
    public static final long FOR_EVER = -1;

    private static final int SOL_SOCKET = 1;
    private static final int SO_ACCEPTCONN = 30;

    /** With a struct timeval of 16 bytes. */
    private static final int SO_RCVTIMEO = 20;

    private static final int TIMEVAL = 16;
    private static final short POLLIN = 1;
    private static final int POLLFD = 8;

    private Arrivals() {}

    /** SO_RCVTIMEO in milliseconds, at least 1, or {@link #FOR_EVER}. */
    public static long timeout(PinnedSocket socket) {
        Block value = Scratch.get().vectors;
        if (socket.option(SOL_SOCKET, SO_RCVTIMEO, value, TIMEVAL) < 0) {
            return FOR_EVER;
        }
        long micros = value.getLong(0) * 1_000_000 + value.getLong(8);
        return micros == 0 ? FOR_EVER : (micros + 999) / 1000;
    }

    /** Whether it accepts connections. */
    public static boolean listens(PinnedSocket socket) {
        return PinnedSocket.option(socket.fd(), SO_ACCEPTCONN, 4) > 0;
    }

    /** Whether reading or accepting would not wait now. */
    public static boolean isReady(PinnedSocket socket) {
        return poll(socket.fd(), -1, 0) > 0;
    }

    /**
     * Waits until reading or accepting would not wait, or the thread has ended.
     *
     * @param millis 0 or more, or -1 for ever
     * @return positive, or 0 if the time is over, or -EINTR
     */
    public static long await(PinnedSocket socket, Pidfd thread, int millis) {
        return poll(socket.fd(), thread.fd(), millis);
    }

    private static long poll(int socket, int thread, int millis) {
        Block polled = Scratch.get().vectors;
        Block time = Scratch.get().record;
        polled.putInt(0, socket).putShort(4, POLLIN).putShort(6, 0);
        polled.putInt(POLLFD, thread).putShort(POLLFD + 4, POLLIN).putShort(POLLFD + 6, 0);
        time.putLong(0, millis / 1000).putLong(8, millis % 1000 * 1_000_000L);
        return Linux.call(Nr.PPOLL, polled.address(), 2, millis < 0 ? 0 : time.address(), 0, 0, 0);
    }
}
