package org.sluice.target;

import java.util.Optional;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.notify.Address;
import org.sluice.notify.Socket;

/**
 * A target's socket, held by a descriptor of the supervisor's own (pidfd_getfd(2)): both refer to one open file
 * description, so whatever the target puts at its descriptor's number afterwards, this stays the socket that was judged.
 * What never changes is asked once and together, when something of it is first wanted. For one thread at a time.
 */
public final class PinnedSocket implements Socket, AutoCloseable {

    private static final int SOL_SOCKET = 1;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final int SO_SNDBUF = 7;
    private static final int SO_SNDTIMEO = 21;
    private static final int SO_DOMAIN = 39;
    private static final int SO_COOKIE = 57;

    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;

    private static final int F_GETFL = 3;
    private static final int O_NONBLOCK = 0x800;

    private final int fd;
    private int domain;
    private boolean described;
    private boolean stands;
    private int type;
    private int protocol;
    private long cookie;
    private long inode;
    private long namespace;
    private boolean closed;

    private PinnedSocket(int fd, int domain) {
        this.fd = fd;
        this.domain = domain;
    }

    /**
     * Pins the socket that a descriptor of a thread refers to now.
     *
     * @param number the descriptor in the target
     * @return or EBADF, ENOTSOCK, or an errno of {@link Pidfds#getfd}
     */
    public static Attempt<PinnedSocket> pin(Pidfds pidfds, int tid, int number) {
        SocketLook look = Scratch.get().look;
        int fd = pidfds.getfd(tid, number, look::take);
        return fd < 0 ? Attempt.failed(-fd) : of(fd, look.domain());
    }

    /** Takes over a descriptor of the supervisor's; closes it if it is no socket (ENOTSOCK; EBADF for one of O_PATH). */
    public static Attempt<PinnedSocket> adopt(int fd) {
        return of(fd, (int) option(fd, SO_DOMAIN, 4));
    }

    static Attempt<PinnedSocket> of(int fd, int domain) {
        if (domain < 0) {
            Linux.close(fd);
            return Attempt.failed(-domain);
        }
        return Attempt.of(new PinnedSocket(fd, domain));
    }

    /** The supervisor's descriptor; open until {@link #close}. */
    public int fd() {
        return fd;
    }

    @Override
    public int domain() {
        return domain;
    }

    @Override
    public int type() {
        if (!stands) {
            describe();
        }
        return type;
    }

    @Override
    public int protocol() {
        if (!stands) {
            describe();
        }
        return protocol;
    }

    @Override
    public long cookie() {
        describe();
        return cookie;
    }

    @Override
    public long namespace() {
        describe();
        return namespace;
    }

    @Override
    public long inode() {
        describe();
        return inode;
    }

    /**
     * Shows the socket as another one, which it stands for in its target.
     *
     * @param shownDomain the family of that one
     * @param shownType its type without flags
     * @param shownProtocol its protocol
     */
    public void standFor(int shownDomain, int shownType, int shownProtocol) {
        stands = true;
        domain = shownDomain;
        type = shownType;
        protocol = shownProtocol;
    }

    /** The cookie, without whatever else is asked together with it; for those who ask of every socket. */
    public long identity() {
        if (!described && cookie == 0) {
            cookie = SysException.check("getsockopt SO_COOKIE", option(fd, SO_COOKIE, 8));
        }
        return cookie;
    }

    private void describe() {
        if (described) {
            return;
        }
        SocketLook look = Scratch.get().look;
        look.describe(fd);
        if (!stands) {
            type = (int) SysException.check("getsockopt SO_TYPE", look.type());
            protocol = (int) SysException.check("getsockopt SO_PROTOCOL", look.protocol());
        }
        cookie = SysException.check("getsockopt SO_COOKIE", look.cookie());
        namespace = Math.max(0, look.namespace());
        inode = SysException.check("fstat of a socket", look.inode());
        described = true;
    }

    /** Whether calls on it return EAGAIN or EINPROGRESS instead of waiting; the target may change this at any time. */
    public boolean nonBlocking() {
        return (Linux.call(Nr.FCNTL, fd, F_GETFL) & O_NONBLOCK) != 0;
    }

    /** How many bytes may wait to be sent (SO_SNDBUF), which no datagram exceeds. */
    int sendBuffer() {
        return (int) Math.max(0, option(fd, SO_SNDBUF, 4));
    }

    /**
     * Whether blocking sends and connects have a time limit (SO_SNDTIMEO). A signal then ends them with EINTR even where
     * its handler restarts system calls (signal(7)).
     */
    public boolean hasSendTimeout() {
        Block word = Scratch.get().record;
        word.putLong(0, 0).putLong(8, 0).putInt(16, 16);
        Linux.call(Nr.GETSOCKOPT, fd, SOL_SOCKET, SO_SNDTIMEO, word.address(), word.address() + 16, 0);
        return word.getLong(0) != 0 || word.getLong(8) != 0;
    }

    /** Asked each time: it may change until the socket is bound. */
    @Override
    public boolean v6Only() {
        return domain == SocketAddresses.AF_INET6 && option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 4) == 1;
    }

    @Override
    public Optional<Address> local() {
        return name(Nr.GETSOCKNAME);
    }

    @Override
    public Optional<Address> peer() {
        return name(Nr.GETPEERNAME);
    }

    @Override
    public int confineToLoopback() {
        return LoopbackDevice.bind(this);
    }

    /** Closes the supervisor's descriptor; the target's stays. A second time does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Linux.close(fd);
        }
    }

    /** Gives the supervisor's descriptor away for the caller to close; negative if it is closed or given away already. */
    public int release() {
        int given = closed ? -1 : fd;
        closed = true;
        return given;
    }

    private Optional<Address> name(int call) {
        Scratch scratch = Scratch.get();
        int length = name(call, scratch);
        return length < 2 ? Optional.empty() : Optional.of(SocketAddresses.decode(scratch.address, 0, length));
    }

    /** Asks for a name into {@link Scratch#address}; returns its length or a negative errno. */
    int name(int call, Scratch scratch) {
        scratch.word.putInt(0, SocketAddresses.CAPACITY);
        long result = Linux.call(call, fd, scratch.address.address(), scratch.word.address());
        return result < 0 ? (int) result : scratch.word.getInt(0);
    }

    /** The state of a TCP or MPTCP socket (net/tcp_states.h), or a negative errno. */
    int tcpState() {
        Block info = Scratch.get().record;
        info.putLong(0, 0).putInt(8, 1);
        long result = Linux.call(Nr.GETSOCKOPT, fd, IPPROTO_TCP, TCP_INFO, info.address(), info.address() + 8, 0);
        return result < 0 ? (int) result : info.getByte(0);
    }

    /**
     * Asks for a socket option (getsockopt(2)).
     *
     * @param value gets at most {@code length} bytes
     * @return how many there are, or a negative errno
     */
    public int option(int level, int name, Block value, int length) {
        Block word = Scratch.get().word;
        word.putInt(0, length);
        long result = Linux.call(Nr.GETSOCKOPT, fd, level, name, value.address(), word.address(), 0);
        return result < 0 ? (int) result : word.getInt(0);
    }

    /** Sets a socket option (setsockopt(2)) to {@code length} bytes; 0 or a negative errno. */
    public int setOption(int level, int name, Block value, int length) {
        return (int) Linux.call(Nr.SETSOCKOPT, fd, level, name, value.address(), length, 0);
    }

    /** A socket option of 4 or 8 bytes, or a negative errno. */
    static long option(int fd, int name, int size) {
        return option(fd, SOL_SOCKET, name, size);
    }

    private static long option(int fd, int level, int name, int size) {
        Block word = Scratch.get().record;
        word.putLong(0, 0).putInt(8, size);
        long result = Linux.call(Nr.GETSOCKOPT, fd, level, name, word.address(), word.address() + 8, 0);
        return result < 0 ? result : size == 8 ? word.getLong(0) : word.getInt(0);
    }

    /** Sets a socket option of 4 bytes; 0 or a negative errno. */
    static int setOption(int fd, int name, int value) {
        Block word = Scratch.get().record;
        word.putInt(0, value);
        return (int) Linux.call(Nr.SETSOCKOPT, fd, SOL_SOCKET, name, word.address(), 4, 0);
    }
}
