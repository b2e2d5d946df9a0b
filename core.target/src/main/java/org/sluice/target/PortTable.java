package org.sluice.target;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.sluice.linux.Block;
import org.sluice.linux.SysException;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Ports;
import org.sluice.notify.Socket;

/**
 * The kernel's table of TCP and UDP sockets (linux/inet_diag.h), for the network namespace in which this was made.
 * Sockets of another namespace are unknown here: nobody holds a port of theirs, no address is theirs, and all of them live.
 * One netlink socket, one question at a time; thread-safe.
 *
 * <p>A TCP socket that is bound but neither listens nor connects is shown since Linux 6.8. Where it is not, a socket
 * cannot be told to be gone, and {@link #alive} gives the benefit of the doubt.
 */
public final class PortTable implements Ports, AutoCloseable {

    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int MPTCP = 262;

    /** struct inet_diag_req_v2. */
    private static final int REQUEST = 56;

    private static final int STATES = NetlinkSocket.HEADER + 4;
    private static final int SOURCE_PORT = NetlinkSocket.HEADER + 8;

    /** struct inet_diag_msg. */
    private static final int FAMILY = 0;

    private static final int STATE = 1;
    private static final int PORT = 4;
    private static final int SOURCE = 8;
    private static final int COOKIE = 44;

    private static final int CLOSE = 7;
    private static final int LISTEN = 10;
    private static final int BOUND_INACTIVE = 13;
    private static final int LISTENING = 1 << LISTEN;
    private static final int ANY_STATE = -1;

    private final NetlinkSocket socket = NetlinkSocket.sockets();
    private final LocalAddresses local = new LocalAddresses();
    /** Found out when first asked for, once for this kernel. */
    private static volatile @Nullable Boolean boundIsShown;

    /** For the namespace of the calling thread. */
    public PortTable() {}

    private boolean showsBound() {
        Boolean known = boundIsShown;
        if (known == null) {
            known = BoundProbe.isShown(this);
            boundIsShown = known;
        }
        return known;
    }

    @Override
    public boolean knowsBound(Socket like) {
        return covers(like) && showsBound();
    }

    @Override
    public List<Holder> holders(Socket like, int port) {
        return covers(like) ? holders(protocol(like), port) : List.of();
    }

    @Override
    public Set<Long> alive(Socket like, Collection<Long> cookies) {
        Set<Long> wanted = new HashSet<>(cookies);
        boolean certain = like.protocol() == UDP || (like.protocol() == TCP && showsBound());
        if (wanted.isEmpty() || !certain || !covers(like)) {
            return wanted;
        }
        Set<Long> found = new HashSet<>();
        IntConsumer each = at -> {
            long cookie = socket.answer().getLong(at + COOKIE);
            if (wanted.contains(cookie)) {
                found.add(cookie);
            }
        };
        // Listeners are what is asked about most, and are found without a look through the table of all connections.
        if (like.protocol() == TCP) {
            dump(TCP, 0, LISTENING, each);
        }
        if (found.size() < wanted.size()) {
            dump(like.protocol(), 0, ANY_STATE, each);
        }
        return found;
    }

    @Override
    public boolean covers(Socket like) {
        return like.namespace() == socket.namespace();
    }

    @Override
    public boolean isLocal(Socket like, Address.Inet address) {
        return covers(like) && local.contains(address);
    }

    /**
     * {@inheritDoc}
     *
     * <p>The TCP socket inside is the one that is bound to the same address; of several that share it by SO_REUSEPORT, any.
     */
    @Override
    public Socket listed(Socket bound) {
        if (bound.protocol() != MPTCP || !(bound.local().orElse(null) instanceof Address.Inet at) || at.port() == 0) {
            return bound;
        }
        return holders(bound, at.port()).stream()
                .filter(holder -> holder.bound()
                        && holder.local().unmapped().ip().equals(at.unmapped().ip()))
                .max(Comparator.comparingLong(Holder::cookie))
                .<Socket>map(holder -> new ListedSocket(bound, TCP, holder.cookie()))
                .orElse(bound);
    }

    /** The sockets of a protocol that have a local port. */
    List<Holder> holders(int protocol, int port) {
        List<Holder> holders = new ArrayList<>();
        dump(protocol, port, ANY_STATE, at -> {
            Holder holder = holder(at, protocol);
            // The kernel does not look at the port where it lists TCP sockets that are bound and nothing more.
            if (holder.local().port() == port) {
                holders.add(holder);
            }
        });
        return holders;
    }

    @Override
    public void close() {
        local.close();
        synchronized (socket) {
            socket.close();
        }
    }

    /** MPTCP takes its ports from TCP. */
    private static int protocol(Socket like) {
        return like.protocol() == MPTCP ? TCP : like.protocol();
    }

    private void dump(int protocol, int port, int states, IntConsumer each) {
        synchronized (socket) {
            dump(SocketAddresses.AF_INET, protocol, port, states, each);
            dump(SocketAddresses.AF_INET6, protocol, port, states, each);
        }
    }

    private void dump(int family, int protocol, int port, int states, IntConsumer each) {
        Block request = socket.request();
        request.putByte(NetlinkSocket.HEADER, family).putByte(NetlinkSocket.HEADER + 1, protocol);
        request.putInt(STATES, states);
        request.putByte(SOURCE_PORT, port >> 8).putByte(SOURCE_PORT + 1, port);
        SysException.check("sock_diag of protocol " + protocol, socket.ask(REQUEST, true, each));
    }

    private Holder holder(int at, int protocol) {
        Block answer = socket.answer();
        int length = answer.getByte(at + FAMILY) == SocketAddresses.AF_INET ? 4 : 16;
        int port = (answer.getByte(at + PORT) & 255) << 8 | (answer.getByte(at + PORT + 1) & 255);
        int state = answer.getByte(at + STATE);
        boolean bound = protocol == UDP || state == LISTEN || state == BOUND_INACTIVE || state == CLOSE;
        Address.Inet local = new Address.Inet(Bytes.of(answer.get(at + SOURCE, length)), port);
        return new Holder(answer.getLong(at + COOKIE), local, bound);
    }
}
