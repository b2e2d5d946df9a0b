package org.sluice.target;

import org.sluice.linux.Block;
import org.sluice.linux.Cmsghdr;
import org.sluice.linux.Errno;

/**
 * The ancillary data of a message (cmsg(3), unix(7), ip(7), ipv6(7)), read as the kernel reads it: for_each_cmsghdr and
 * CMSG_OK in linux/socket.h, __scm_send and scm_fp_copy in net/core/scm.c. Numbers of descriptors mean something else in
 * the supervisor, so each is replaced by that of a copy; what is not read here exactly as there would pass the
 * supervisor's own descriptors.
 */
final class Ancillary {

    private static final int SOCK_STREAM = 1;

    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int SCM_CREDENTIALS = 2;
    /** struct ucred: process, user, group. */
    private static final int CREDENTIALS_SIZE = 12;

    private static final int SELF = (int) ProcessHandle.current().pid();

    /** SCM_MAX_FD: how many descriptors one message may carry. */
    private static final int MOST_DESCRIPTORS = 253;

    private static final int IPPROTO_IP = 0;
    private static final int IP_RETOPTS = 7;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_2292RTHDR = 5;
    private static final int IPV6_2292PKTOPTIONS = 6;
    private static final int IPV6_RTHDR = 57;

    private final Pidfds pidfds;

    Ancillary(Pidfds pidfds) {
        this.pidfds = pidfds;
    }

    /**
     * Makes the copied control data of a message fit to be sent by the supervisor.
     *
     * @return 0, or the errno that the message fails with
     */
    int adopt(int tid, PinnedSocket socket, Message message) {
        int domain = socket.domain();
        if (domain == SocketAddresses.AF_INET || domain == SocketAddresses.AF_INET6) {
            if (socket.type() != SOCK_STREAM
                    && isRouted(message.control(), message.controlFrom(), message.controlLength())) {
                message.routed();
            }
            return 0;
        }
        return domain == SocketAddresses.AF_UNIX || domain == SocketAddresses.AF_NETLINK
                ? rights(tid, domain, message)
                : 0;
    }

    /** Whether a packet would go somewhere else than to the address of its message. */
    private static boolean isRouted(Block control, int from, int length) {
        int at = 0;
        while (isHeader(control, from, length, at)) {
            int level = control.getInt(from + at + Cmsghdr.LEVEL);
            int type = control.getInt(from + at + Cmsghdr.TYPE);
            boolean routes = (level == IPPROTO_IP && type == IP_RETOPTS)
                    || (level == IPPROTO_IPV6
                            && (type == IPV6_RTHDR || type == IPV6_2292RTHDR || type == IPV6_2292PKTOPTIONS));
            if (routes) {
                return true;
            }
            at = next(control, from, at);
        }
        return false;
    }

    private int rights(int tid, int domain, Message message) {
        Block control = message.control();
        int from = message.controlFrom();
        int length = message.controlLength();
        int at = 0;
        while (length - at >= Cmsghdr.SIZE) {
            if (!isHeader(control, from, length, at)) {
                return Errno.EINVAL;
            }
            if (control.getInt(from + at + Cmsghdr.LEVEL) == SOL_SOCKET) {
                int size = (int) control.getLong(from + at + Cmsghdr.LENGTH) - Cmsghdr.SIZE;
                int type = control.getInt(from + at + Cmsghdr.TYPE);
                int errno =
                        switch (type) {
                            case SCM_RIGHTS ->
                                domain == SocketAddresses.AF_UNIX
                                        ? descriptors(tid, message, from + at + Cmsghdr.SIZE, size / Integer.BYTES)
                                        : Errno.EINVAL;
                            case SCM_CREDENTIALS ->
                                size == CREDENTIALS_SIZE
                                        ? credentials(tid, control, from + at + Cmsghdr.SIZE)
                                        : Errno.EINVAL;
                            default -> Errno.EINVAL;
                        };
                if (errno != 0) {
                    return errno;
                }
            }
            at = next(control, from, at);
        }
        return 0;
    }

    /**
     * The kernel compares the process with who sends, which is the supervisor. So a target that names itself names the
     * supervisor instead, as the receiver of a message without credentials is told too; one that names another process is
     * refused, as a program without CAP_SYS_ADMIN is. User and group are the kernel's to judge: they are the supervisor's.
     */
    private static int credentials(int tid, Block control, int at) {
        if (control.getInt(at) != ThreadStatus.read(tid).leader()) {
            return Errno.EPERM;
        }
        control.putInt(at, SELF);
        return 0;
    }

    private int descriptors(int tid, Message message, int at, int count) {
        if (count > MOST_DESCRIPTORS - message.descriptors()) {
            return Errno.EINVAL;
        }
        Block control = message.control();
        for (int i = 0; i < count; i++) {
            int number = control.getInt(at + i * Integer.BYTES);
            int copy = number < 0 ? -Errno.EBADF : pidfds.getfd(tid, number);
            if (copy < 0) {
                return copy == -Errno.EMFILE || copy == -Errno.ENFILE ? Errno.ENOBUFS : -copy;
            }
            message.own(copy);
            control.putInt(at + i * Integer.BYTES, copy);
        }
        return 0;
    }

    /** Whether there is a whole header and, as CMSG_OK asks, its data. */
    private static boolean isHeader(Block control, int from, int length, int at) {
        if (length - at < Cmsghdr.SIZE) {
            return false;
        }
        long size = control.getLong(from + at + Cmsghdr.LENGTH);
        return size >= Cmsghdr.SIZE && size <= length - at;
    }

    private static int next(Block control, int from, int at) {
        int size = (int) control.getLong(from + at + Cmsghdr.LENGTH);
        return at + ((size + Cmsghdr.ALIGNMENT - 1) & -Cmsghdr.ALIGNMENT);
    }
}
