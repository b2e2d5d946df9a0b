package org.sluice.target.net.synthetic;

import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/** Puts messages together to datagrams and sends them, without waiting. For one thread at a time. */
final class Wire {

    /**
     * How much goes into one datagram: NLMSG_GOODSIZE, what the kernel puts into one before it has seen a reader's buffer.
     * A reader that takes no more than the kernel's first datagram would lose messages there too.
     */
    static final int DATAGRAM = 3776;

    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;

    /** An error repeats the request, and the longest is as long as a socket's buffer for sending. */
    private final Block out;

    private int length;

    Wire(int capacity) {
        this.out = Block.allocate(capacity);
    }

    boolean isEmpty() {
        return length == 0;
    }

    /** Whether a further message fits; the first one always does. */
    boolean fits(byte[] message) {
        return length == 0 || length + message.length <= DATAGRAM;
    }

    /** Adds a message, with what its head lacks. */
    void add(byte[] message, int flags, int sequence, int port) {
        int room = Math.min(message.length, out.size() - length);
        out.put(length, room == message.length ? message : java.util.Arrays.copyOf(message, room));
        out.putShort(length + Nlmsg.FLAGS, flags);
        out.putInt(length + Nlmsg.SEQUENCE, sequence);
        out.putInt(length + Nlmsg.PORT, port);
        length = Math.min(out.size(), Nlmsg.align(length + room));
    }

    /** Sends what was added, all or nothing, and forgets it; the negative errno of sendto(2), or how many bytes. */
    long send(int fd) {
        int all = length;
        length = 0;
        return out.with(at -> Linux.call(Nr.SENDTO, fd, at, all, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0));
    }
}
