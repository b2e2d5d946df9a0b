package org.sluice.target.net.synthetic;

import org.sluice.linux.Block;
import org.sluice.linux.Descriptor;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SockaddrUn;
import org.sluice.target.Attempt;

/**
 * Two ends of a connection of AF_UNIX, SOCK_SEQPACKET, of which one bears a name that reads as that of the kernel to whoever
 * takes its messages for netlink's: recvfrom(2) and recvmsg(2) on the other end tell of a sender of 12 bytes, as long as a
 * struct sockaddr_nl, whose port and groups are 0. So the receiving calls of a target need no trap.
 *
 * <p>Only an accepted end keeps a name that others can have too, and only one socket at a time can listen at it in a network
 * namespace. So it is bound, connected, accepted and closed for each pair; the second byte, which netlink reads as padding,
 * tells apart those who are at it together. Anybody may connect to such a name: the end that is taken is the one whose
 * credentials are this process's.
 */
final class NamedPair {

    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int CREDENTIALS = 12;
    private static final int F_SETFL = 4;
    private static final int O_RDWR = 2;

    /** sizeof(struct sockaddr_nl). */
    private static final int NAME_LENGTH = 12;

    private static final int PADDING = SockaddrUn.PATH + 1;
    private static final int NAMES = 256;
    private static final int BACKLOG = 8;

    /** How many strangers may come before one of our own is given up. */
    private static final int STRANGERS = 64;

    private static final int SELF = (int) ProcessHandle.current().pid();

    private final Descriptor near;
    private final Descriptor far;

    private NamedPair(Descriptor near, Descriptor far) {
        this.near = near;
        this.far = far;
    }

    /** The named end, which does not block. */
    Descriptor near() {
        return near;
    }

    /** The end for a target, which blocks unless it was asked otherwise. */
    Descriptor far() {
        return far;
    }

    /** Makes one; or EADDRINUSE if all names are taken, EAGAIN if strangers are in the way. */
    static Attempt<NamedPair> make(boolean nonBlocking) {
        for (int padding = 0; padding < NAMES; padding++) {
            Attempt<NamedPair> made = make(padding, nonBlocking);
            if (made.succeeded() || (made.errno() != Errno.EADDRINUSE && made.errno() != Errno.EAGAIN)) {
                return made;
            }
        }
        return Attempt.failed(Errno.EADDRINUSE);
    }

    private static Attempt<NamedPair> make(int padding, boolean nonBlocking) {
        Block name =
                Block.allocate(NAME_LENGTH).putShort(SockaddrUn.FAMILY, AF_UNIX).putByte(PADDING, padding);
        int listener = socket();
        if (listener < 0) {
            return Attempt.failed(-listener);
        }
        try (Descriptor listening = new Descriptor(listener)) {
            long error = name.with(at -> Linux.call(Nr.BIND, listening.fd(), at, NAME_LENGTH));
            if (error == 0) {
                error = Linux.call(Nr.LISTEN, listening.fd(), BACKLOG);
            }
            return error < 0 ? Attempt.failed((int) -error) : connect(listening, name, nonBlocking);
        }
    }

    private static Attempt<NamedPair> connect(Descriptor listening, Block name, boolean nonBlocking) {
        int opened = socket();
        if (opened < 0) {
            return Attempt.failed(-opened);
        }
        Descriptor far = new Descriptor(opened);
        long error = name.with(at -> Linux.call(Nr.CONNECT, far.fd(), at, NAME_LENGTH));
        int near = error < 0 ? (int) error : accept(listening);
        if (near < 0) {
            far.close();
            return Attempt.failed(-near);
        }
        if (!nonBlocking) {
            Linux.call(Nr.FCNTL, far.fd(), F_SETFL, O_RDWR);
        }
        return Attempt.of(new NamedPair(new Descriptor(near), far));
    }

    private static int socket() {
        return (int) Linux.call(Nr.SOCKET, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    }

    private static int accept(Descriptor listening) {
        for (int i = 0; i < STRANGERS; i++) {
            int accepted = (int) Linux.call(Nr.ACCEPT4, listening.fd(), 0, 0, SOCK_CLOEXEC | SOCK_NONBLOCK, 0, 0);
            if (accepted < 0 || isOwn(accepted)) {
                return accepted;
            }
            Linux.close(accepted);
        }
        return -Errno.EAGAIN;
    }

    private static boolean isOwn(int accepted) {
        Block value = Block.allocate(CREDENTIALS + 4).putInt(CREDENTIALS, CREDENTIALS);
        long result =
                value.with(at -> Linux.call(Nr.GETSOCKOPT, accepted, SOL_SOCKET, SO_PEERCRED, at, at + CREDENTIALS, 0));
        return result == 0 && value.getInt(0) == SELF;
    }
}
