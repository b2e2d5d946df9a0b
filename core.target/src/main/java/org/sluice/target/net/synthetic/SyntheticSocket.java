package org.sluice.target.net.synthetic;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.linux.Block;
import org.sluice.linux.Descriptor;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/**
 * One socket of a target, from this side: who it is, what it asked for, and the dump that it is being told. What netlink(7)
 * keeps of a socket (struct netlink_sock) is kept here, because to the kernel it is a socket of another kind. Bounded: of
 * requests nothing is kept, and what a reader does not take is not told, as by the kernel. Thread-safe.
 */
public final class SyntheticSocket {

    /** Options of SOL_NETLINK, linux/netlink.h. */
    private static final int ADD_MEMBERSHIP = 1;

    private static final int DROP_MEMBERSHIP = 2;
    private static final int PKTINFO = 3;
    private static final int BROADCAST_ERROR = 4;
    private static final int NO_ENOBUFS = 5;
    private static final int LISTEN_ALL_NSID = 8;
    private static final int LIST_MEMBERSHIPS = 9;
    private static final int CAP_ACK = 10;
    private static final int EXT_ACK = 11;
    private static final int GET_STRICT_CHK = 12;

    /** RTNLGRP_MAX of Linux 6.18. */
    private static final int GROUPS = 39;

    private static final int BIND_GROUPS = 32;

    private static final int FIONREAD = 0x541b;

    private final Descriptor end;
    private final long cookie;
    private final Block count = Block.allocate(Integer.BYTES);
    private volatile int type;
    private int creator;
    private final PortIds ports;
    private final Wire wire;
    private int port;
    private long groups;
    private int options;
    private @Nullable Progress dump;
    private boolean closed;

    /** A dump, and how far it is. */
    private static final class Progress {
        private final List<byte[]> messages;
        private final byte[] end;
        private final int flags;
        private final int endFlags;
        private final int sequence;
        private int next;

        Progress(Answer.Dump dump, byte[] end, int sequence) {
            this.messages = dump.messages();
            this.end = end;
            this.flags = Nlmsg.MULTI | (dump.filtered() ? Nlmsg.DUMP_FILTERED : 0);
            this.endFlags = Nlmsg.MULTI
                    | (dump.filteredEnd() ? Nlmsg.DUMP_FILTERED : 0)
                    | (end.length > Nlmsg.SIZE + Integer.BYTES ? Nlmsg.ACK_TLVS : 0);
            this.sequence = sequence;
        }
    }

    /**
     * A socket.
     *
     * @param end this side's descriptor; taken over
     * @param cookie of the target's end (SO_COOKIE), which no other socket has
     * @param type SOCK_RAW or SOCK_DGRAM; 0 for one that lies ready
     * @param creator the process that asked for it
     * @param wire shared by those that one thread serves; its lock is held while something is put on it
     */
    SyntheticSocket(Descriptor end, long cookie, int type, int creator, PortIds ports, Wire wire) {
        this.end = end;
        this.cookie = cookie;
        this.type = type;
        this.creator = creator;
        this.ports = ports;
        this.wire = wire;
    }

    /**
     * Gives a socket that lay ready to who asked for one.
     *
     * @param asked SOCK_RAW or SOCK_DGRAM
     * @param by the process
     */
    synchronized void give(int asked, int by) {
        type = asked;
        creator = by;
    }

    /** Whether it is a target's, and does not lie ready for one. */
    boolean isGiven() {
        return type != 0;
    }

    /** How many bytes it was sent that this side has not read; 0 once it is closed. */
    synchronized int asked() {
        boolean told = !closed && count.with(at -> Linux.call(Nr.IOCTL, end.fd(), FIONREAD, at)) == 0;
        return told ? count.getInt(0) : 0;
    }

    int fd() {
        return end.fd();
    }

    long cookie() {
        return cookie;
    }

    /** SOCK_RAW or SOCK_DGRAM, as the target asked. */
    public int type() {
        return type;
    }

    /** The port, 0 as long as it has none. */
    public synchronized int port() {
        return port;
    }

    /** The groups that a struct sockaddr_nl names. */
    public synchronized int groups() {
        return (int) groups;
    }

    /**
     * bind(2), netlink_bind.
     *
     * @param wanted the port, 0 for any
     * @param added its bits are joined, those that are not there are left
     * @param pid the process that asks
     * @return 0 or a negative errno; EBADF where the target has shut it down, since a port would never be given back
     */
    public synchronized int bind(int wanted, int added, int pid) {
        if (closed) {
            return -Errno.EBADF;
        }
        if (port != 0 && wanted != port) {
            return -Errno.EINVAL;
        }
        if (port == 0) {
            int error = wanted == 0 ? 0 : ports.take(wanted);
            if (error != 0) {
                return error;
            }
            port = wanted == 0 ? ports.any(pid) : wanted;
        }
        groups = (groups & ~0xffff_ffffL) | (added & 0xffff_ffffL);
        return 0;
    }

    /** Gives it a port if it has none, as connect(2) and the first message do. */
    public synchronized void autobind(int pid) {
        if (port == 0 && !closed) {
            port = ports.any(pid);
        }
    }

    /** setsockopt(2) at SOL_NETLINK; 0 or a negative errno. */
    public synchronized int set(int option, int value) {
        return switch (option) {
            case ADD_MEMBERSHIP, DROP_MEMBERSHIP -> {
                if (value < 1 || value > GROUPS) {
                    yield -Errno.EINVAL;
                }
                long bit = 1L << (value - 1);
                groups = option == ADD_MEMBERSHIP ? groups | bit : groups & ~bit;
                yield 0;
            }
            case LISTEN_ALL_NSID -> -Errno.EPERM;
            case PKTINFO, BROADCAST_ERROR, NO_ENOBUFS, CAP_ACK, EXT_ACK, GET_STRICT_CHK -> {
                options = value != 0 ? options | 1 << option : options & ~(1 << option);
                yield 0;
            }
            default -> -Errno.ENOPROTOOPT;
        };
    }

    /** getsockopt(2) at SOL_NETLINK: the value, in words; {@code null} for an option that there is not. */
    public synchronized int @Nullable [] get(int option) {
        return switch (option) {
            case LIST_MEMBERSHIPS -> new int[] {(int) groups, (int) (groups >> BIND_GROUPS)};
            case PKTINFO, BROADCAST_ERROR, NO_ENOBUFS, LISTEN_ALL_NSID, CAP_ACK, EXT_ACK, GET_STRICT_CHK ->
                new int[] {has(option) ? 1 : 0};
            default -> null;
        };
    }

    /** Whether an option's value is a list, which may be longer than there is room for. */
    public static boolean isList(int option) {
        return option == LIST_MEMBERSHIPS;
    }

    private boolean has(int option) {
        return (options >> option & 1) != 0;
    }

    synchronized boolean isStrict() {
        return has(GET_STRICT_CHK);
    }

    synchronized boolean isExtended() {
        return has(EXT_ACK);
    }

    synchronized boolean isCapped() {
        return has(CAP_ACK);
    }

    synchronized boolean isDumping() {
        return dump != null;
    }

    synchronized boolean isMember(int group) {
        return (groups >> (group - 1) & 1) != 0;
    }

    /** Sends one message; it is lost if the reader has no room. */
    synchronized void send(byte[] message, int flags, int sequence) {
        autobind(creator);
        put(message, flags, sequence, port);
    }

    /** Tells of a change, which is no answer to anybody, if there is still somebody to tell. */
    synchronized void tell(byte[] message) {
        if (!closed) {
            put(message, 0, 0, 0);
        }
    }

    private void put(byte[] message, int flags, int sequence, int to) {
        synchronized (wire) {
            wire.add(message, flags, sequence, to);
            wire.send(end.fd());
        }
    }

    /** Begins a dump; there must be none in progress. */
    synchronized void begin(Answer.Dump answer, int sequence, byte[] done) {
        autobind(creator);
        Progress now = new Progress(answer, done, sequence);
        dump = now;
        if (answer.together()) {
            proceed();
        } else if (!answer.messages().isEmpty() && some(now) == -Errno.EAGAIN) {
            now.next = 0;
        }
    }

    /**
     * Goes on with the dump as far as the reader has room.
     *
     * @return whether it waits for room
     */
    synchronized boolean proceed() {
        Progress now = dump;
        while (now != null) {
            int next = now.next;
            long sent = now.next < now.messages.size() ? some(now) : end(now);
            if (sent == -Errno.EAGAIN) {
                now.next = next;
                return true;
            }
            if (sent < 0 || now.next > now.messages.size()) {
                now = null;
                dump = null;
            }
        }
        return false;
    }

    private long some(Progress now) {
        synchronized (wire) {
            while (now.next < now.messages.size() && wire.fits(now.messages.get(now.next))) {
                wire.add(now.messages.get(now.next), now.flags, now.sequence, port);
                now.next++;
            }
            return wire.send(end.fd());
        }
    }

    /** NLMSG_DONE, in a datagram of its own, on which some readers insist. */
    private long end(Progress now) {
        now.next++;
        synchronized (wire) {
            wire.add(now.end, now.endFlags, now.sequence, port);
            return wire.send(end.fd());
        }
    }

    /** Lets the port and the descriptor go. */
    synchronized void close() {
        if (port != 0) {
            ports.give(port);
            port = 0;
        }
        dump = null;
        closed = true;
        end.close();
    }

    synchronized boolean isClosed() {
        return closed;
    }
}
