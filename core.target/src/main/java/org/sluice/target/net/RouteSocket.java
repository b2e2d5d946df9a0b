package org.sluice.target.net;

import java.util.function.IntConsumer;
import org.sluice.linux.Block;
import org.sluice.linux.Descriptor;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/** A socket to the routing part of a network namespace's kernel. Serves one request at a time; thread-safe. */
final class RouteSocket implements AutoCloseable {

    static final int REQUEST = 1;
    static final int ACK = 4;
    static final int DUMP = 0x300;

    private static final int ERROR = 2;
    private static final int DONE = 3;

    /** struct sockaddr_nl, and its length behind it. */
    private static final int SOCKADDR_NL = 12;

    private static final int SENDER_PORT = 4;
    private static final int SENDER_LENGTH = 16;
    private static final int KERNEL = 0;

    private final Descriptor socket;
    private final Block answer = Block.allocate(32768);
    private final Block sender = Block.allocate(SENDER_LENGTH + 8);
    private int sequence;

    /** Takes over a socket of NETLINK_ROUTE. */
    RouteSocket(Descriptor socket) {
        this.socket = socket;
    }

    int fd() {
        return socket.fd();
    }

    /** Makes a request that changes something; 0 or a negative errno. */
    int request(RouteMessage message) {
        return request(message, at -> {});
    }

    /**
     * Makes a request and hands out its answers.
     *
     * @param each takes where in {@link #answer} a message begins, with its struct nlmsghdr
     * @return 0 or a negative errno
     */
    synchronized int request(RouteMessage message, IntConsumer each) {
        int number = ++sequence;
        Block request = message.finish(number);
        // Without an address: so the kernel asks for the rights of whoever opened the socket.
        long sent = request.with(at -> Linux.call(Nr.SENDTO, fd(), at, message.length(), 0, 0, 0));
        if (sent < 0) {
            return (int) sent;
        }
        while (true) {
            sender.putInt(SENDER_LENGTH, SOCKADDR_NL);
            long name = sender.address();
            long length = Linux.call(Nr.RECVFROM, fd(), answer.address(), answer.size(), 0, name, name + SENDER_LENGTH);
            if (length < 0 && length != -Errno.EINTR) {
                return (int) length;
            }
            if (length >= 0 && sender.getInt(SENDER_PORT) != KERNEL) {
                // A program with a socket in the same namespace may write here too, and say what it likes.
                continue;
            }
            for (int at = 0; at + RouteMessage.HEADER <= length; at += (answer.getInt(at) + 3) & ~3) {
                if (answer.getInt(at + 8) != number) {
                    continue;
                }
                int type = answer.getShort(at + 4);
                if (type == ERROR || type == DONE) {
                    return answer.getInt(at + RouteMessage.HEADER);
                }
                each.accept(at);
            }
        }
    }

    /** What {@link #request} hands out, for its duration. */
    Block answer() {
        return answer;
    }

    @Override
    public synchronized void close() {
        socket.close();
    }
}
