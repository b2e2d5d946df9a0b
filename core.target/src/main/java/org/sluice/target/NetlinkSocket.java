package org.sluice.target;

import java.util.function.IntConsumer;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;

/**
 * One socket to tables of the kernel (netlink(7)): to those of sockets (sock_diag(7)) or of routes (rtnetlink(7)), for the
 * network namespace that it was made in.
 * Used by one thread at a time: callers hold its monitor from the request to the last answer.
 */
final class NetlinkSocket implements AutoCloseable {

    /** struct nlmsghdr. */
    static final int HEADER = 16;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int NETLINK_ROUTE = 0;
    private static final int NETLINK_SOCK_DIAG = 4;

    private static final short SOCK_DIAG_BY_FAMILY = 20;
    private static final short RTM_GETROUTE = 26;
    private static final short NLM_F_REQUEST = 1;
    private static final short NLM_F_DUMP = 0x300;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;

    private static final int SO_NETNS_COOKIE = 71;

    private final int fd;
    private final short type;
    private final long namespace;
    private final Block request = Block.allocate(128);
    private final Block answer = Block.allocate(32768);
    private int sequence;

    private NetlinkSocket(int protocol, short type) {
        this.type = type;
        fd = (int) SysException.check(
                "socket of netlink protocol " + protocol,
                Linux.call(Nr.SOCKET, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
        namespace = Math.max(0, PinnedSocket.option(fd, SO_NETNS_COOKIE, 8));
    }

    /** For questions about sockets. */
    static NetlinkSocket sockets() {
        return new NetlinkSocket(NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY);
    }

    /** For questions about routes. */
    static NetlinkSocket routes() {
        return new NetlinkSocket(NETLINK_ROUTE, RTM_GETROUTE);
    }

    /** The cookie of the network namespace that is asked about, 0 where the kernel has none. */
    long namespace() {
        return namespace;
    }

    /** Where a request's body goes, from {@link #HEADER}; zeroed. */
    Block request() {
        return request.zero(0, request.size());
    }

    /** Where the answers stand while {@link #ask} hands them out. */
    Block answer() {
        return answer;
    }

    /**
     * Sends the request and hands out the body of each answer.
     *
     * @param length of the request's body
     * @param each takes where a body begins in {@link #answer}; the length of the body is {@link #bodyLength}
     * @return 0 or a negative errno, such as -ENOENT where there is no such socket
     */
    int ask(int length, boolean dump, IntConsumer each) {
        sequence++;
        request.putInt(0, HEADER + length).putShort(4, type);
        request.putShort(6, dump ? NLM_F_REQUEST | NLM_F_DUMP : NLM_F_REQUEST).putInt(8, sequence);
        long sent = Linux.call(Nr.SENDTO, fd, request.address(), HEADER + length, 0, 0, 0);
        return sent < 0 ? (int) sent : receive(dump, each);
    }

    private int receive(boolean dump, IntConsumer each) {
        while (true) {
            long length = Linux.call(Nr.RECVFROM, fd, answer.address(), answer.size(), 0, 0, 0);
            if (length < 0 && length != -Errno.EINTR) {
                return (int) length;
            }
            for (int at = 0; at + HEADER <= length; at += (answer.getInt(at) + 3) & ~3) {
                int kind = answer.getShort(at + 4);
                // What is left of an earlier request that was given up has another number.
                if (answer.getInt(at + 8) == sequence) {
                    if (kind == NLMSG_DONE || kind == NLMSG_ERROR) {
                        return answer.getInt(at + HEADER);
                    }
                    each.accept(at + HEADER);
                    if (!dump) {
                        return 0;
                    }
                }
            }
        }
    }

    /** How long the body at {@code at} is. */
    int bodyLength(int at) {
        return answer.getInt(at - HEADER) - HEADER;
    }

    @Override
    public void close() {
        Linux.close(fd);
    }
}
