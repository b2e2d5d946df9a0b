package org.sluice.target;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Ports;

/**
 * Calls on a target's own socket in the target's place: bind(2) and connect(2) to addresses that depend on nothing but
 * the socket. Paths are for {@link UnixCalls}. Results are the kernel's: 0, or a negative errno. Stateless and
 * thread-safe, but one socket at a time is for one thread.
 */
public final class SocketCalls {

    private static final int SO_REUSEADDR = 2;
    private static final int SO_REUSEPORT = 15;
    private static final int SOCK_STREAM = 1;
    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_MPTCP = 262;

    /** TCP_CLOSE and TCP_LISTEN of net/tcp_states.h. */
    private static final int CLOSE = 7;

    private static final int LISTEN = 10;

    private final Interruptions interruptions;
    private final @Nullable Ports ports;

    /** For blocking calls that {@code interruptions} ends. An exclusive bind fails also where only old connections are. */
    public SocketCalls(Interruptions interruptions) {
        this.interruptions = interruptions;
        this.ports = null;
    }

    /**
     * For blocking calls that {@code interruptions} ends.
     *
     * @param ports says whether a port is held by old connections only, which no exclusive bind need respect
     */
    public SocketCalls(Interruptions interruptions, Ports ports) {
        this.interruptions = interruptions;
        this.ports = ports;
    }

    /**
     * Binds to an address that is no path.
     *
     * @return 0 or a negative errno
     */
    public int bind(PinnedSocket socket, Address address) {
        Block block = Scratch.get().address;
        int length = encode(address, block);
        return length < 0 ? length : (int) Linux.call(Nr.BIND, socket.fd(), block.address(), length);
    }

    /**
     * As {@link #bind}, with the address that the socket then has.
     *
     * @return the address, empty if the kernel does not tell it; or an errno
     */
    public Attempt<Optional<Address>> bindNamed(PinnedSocket socket, Address address) {
        Scratch scratch = Scratch.get();
        int length = encode(address, scratch.address);
        int result = length < 0 ? length : scratch.look.bind(socket.fd(), scratch.address, length);
        return result < 0 ? Attempt.failed(-result) : Attempt.of(scratch.look.name());
    }

    /**
     * Binds with an exclusive claim on the port: SO_REUSEADDR and SO_REUSEPORT are off during the attempt, for with them
     * a port that somebody else holds would show only at listen(2), or never. They are as before afterwards. Where only
     * connections are left of a listener, the socket's own options decide, as they do natively, and of two supervisors
     * that do this at once only one gets the port.
     *
     * @return 0 or a negative errno
     */
    public int bindExclusive(PinnedSocket socket, Address address) {
        SocketLook look = Scratch.get().look;
        look.askReuse(socket.fd());
        int reuseAddress = look.reuseAddress();
        int reusePort = look.reusePort();
        clear(socket, SO_REUSEADDR, reuseAddress);
        clear(socket, SO_REUSEPORT, reusePort);
        int result;
        try {
            result = bind(socket, address);
        } finally {
            restore(socket, SO_REUSEADDR, reuseAddress);
            restore(socket, SO_REUSEPORT, reusePort);
        }
        return result == -Errno.EADDRINUSE && (reuseAddress | reusePort) > 0
                ? bindAfterOthers(socket, address)
                : result;
    }

    /** Binds with the socket's options where only connections hold the port. */
    private int bindAfterOthers(PinnedSocket socket, Address address) {
        if (!onlyConnectionsHold(socket, address)) {
            return -Errno.EADDRINUSE;
        }
        int protocol = socket.protocol() == IPPROTO_MPTCP ? IPPROTO_TCP : socket.protocol();
        Attempt<PortLock> lock = PortLock.acquire(protocol, ((Address.Inet) address).port());
        if (!lock.succeeded()) {
            return -lock.errno();
        }
        try {
            // Another supervisor may have been first.
            return onlyConnectionsHold(socket, address) ? bind(socket, address) : -Errno.EADDRINUSE;
        } finally {
            lock.get().close();
        }
    }

    /**
     * As {@link #bindExclusive}, with the address that the socket then has.
     *
     * @return the address, empty if the kernel does not tell it; or an errno
     */
    public Attempt<Optional<Address>> claim(PinnedSocket socket, Address address) {
        Scratch scratch = Scratch.get();
        int length = encode(address, scratch.address);
        // Most sockets have no option to be put off, and all is said in one go.
        if (length >= 0 && scratch.look.claim(socket.fd(), scratch.address, length)) {
            int result = scratch.look.claimed();
            return result < 0 ? Attempt.failed(-result) : Attempt.of(scratch.look.name());
        }
        int result = bindExclusive(socket, address);
        return result < 0 ? Attempt.failed(-result) : Attempt.of(socket.local());
    }

    /**
     * Connects to an address that is no path, or dissolves a connection (AF_UNSPEC). Blocks unless the socket is
     * non-blocking.
     *
     * @return 0 or a negative errno; -EINTR if {@code interruption} has a cause
     */
    public int connect(PinnedSocket socket, Address address, Interruption interruption) {
        Block block = Scratch.get().address;
        int length = encode(address, block);
        if (length < 0) {
            return length;
        }
        return (int)
                interruptions.run(interruption, () -> Linux.call(Nr.CONNECT, socket.fd(), block.address(), length));
    }

    /**
     * Listens (listen(2)).
     *
     * @return 0 or a negative errno
     */
    public int listen(PinnedSocket socket, int backlog) {
        return (int) Linux.call(Nr.LISTEN, socket.fd(), backlog);
    }

    /**
     * What listen(2) would bind a socket to: the address that it has, with port 0 where the kernel would choose one. Empty
     * if it is bound, or of a kind that listen(2) does not bind.
     *
     * <p>The name that getsockname(2) tells does not say whether a socket is bound: a port that connect(2) chose stays in
     * it when the connection is over, and listen(2) then takes another one. So the table of ports is asked who holds it. An
     * MPTCP socket is not in that table, only its first subflow under an identity of its own: where somebody holds the
     * address, the answer is that address, to be bound explicitly, which fails if the socket itself is not the holder.
     *
     * @return or EINVAL for a socket that is connected, as the kernel says
     */
    public Attempt<Optional<Address>> bindsTo(PinnedSocket socket) {
        boolean inet = socket.domain() == SocketAddresses.AF_INET || socket.domain() == SocketAddresses.AF_INET6;
        int state = inet && socket.type() == SOCK_STREAM ? socket.tcpState() : LISTEN;
        if (state == LISTEN) {
            return Attempt.of(Optional.empty());
        }
        if (state != CLOSE || !(socket.local().orElse(null) instanceof Address.Inet local)) {
            return Attempt.failed(Errno.EINVAL);
        }
        if (local.port() == 0) {
            return Attempt.of(Optional.of(local));
        }
        if (ports == null || !ports.knowsBound(socket)) {
            return Attempt.of(Optional.of(local));
        }
        boolean mptcp = socket.protocol() == IPPROTO_MPTCP;
        for (Ports.Holder holder : ports.holders(socket, local.port())) {
            if (mptcp && holder.bound() && holder.local().unmapped().equals(local.unmapped())) {
                return Attempt.of(Optional.of(local));
            }
            if (!mptcp && holder.bound() && holder.cookie() == socket.cookie()) {
                return Attempt.of(Optional.empty());
            }
        }
        // What an MPTCP socket tells of its address is as old as what it tells of its port.
        Address.Inet free =
                mptcp ? new Address.Inet(Bytes.of(new byte[local.ip().length()]), 0) : local.withPort(0);
        return Attempt.of(Optional.of(free));
    }

    private boolean onlyConnectionsHold(PinnedSocket socket, Address address) {
        return ports != null
                && ports.covers(socket)
                && address instanceof Address.Inet inet
                && ports.holders(socket, inet.port()).stream().noneMatch(Ports.Holder::bound);
    }

    private static int encode(Address address, Block block) {
        if (address instanceof Address.UnixPath) {
            throw new IllegalArgumentException("the path " + address + " was not resolved for the target");
        }
        int length = SocketAddresses.encode(address, block);
        return length < 0 ? -Errno.EINVAL : length;
    }

    private static void clear(PinnedSocket socket, int option, int before) {
        if (before > 0) {
            PinnedSocket.setOption(socket.fd(), option, 0);
        }
    }

    private static void restore(PinnedSocket socket, int option, int before) {
        if (before > 0) {
            PinnedSocket.setOption(socket.fd(), option, before);
        }
    }
}
