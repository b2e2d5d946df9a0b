package org.sluice.notify;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** The kernel's own table of ports, asked when needed (sock_diag(7)). Thread-safe. */
@ProviderType
public interface Ports {

    /**
     * The sockets that hold a local port.
     *
     * @param like a socket of the same protocol and network namespace
     * @param port 1 to 65535
     */
    List<Holder> holders(Socket like, int port);

    /**
     * Those of {@code cookies} whose socket still exists.
     *
     * @param like a socket of the same protocol and network namespace
     */
    Set<Long> alive(Socket like, Collection<Long> cookies);

    /**
     * Whether {@link #holders} tells of every TCP socket that is bound, also of those that neither listen nor connect
     * (Linux 6.8), and of the network namespace of this one.
     */
    default boolean knowsBound(Socket like) {
        return false;
    }

    /**
     * Whether this is the table of the socket's network namespace. Of sockets elsewhere nothing is known here: whom a port
     * or an address belongs to, or when the socket is gone.
     */
    default boolean covers(Socket like) {
        return true;
    }

    /**
     * Whether packets to an address end on this machine; not so for a broadcast or multicast address. {@code false} where
     * it is not known, as for sockets of another network namespace.
     *
     * @param like a socket of the network namespace
     */
    default boolean isLocal(Socket like, Address.Inet address) {
        return covers(like) && address.isLoopback();
    }

    /**
     * The socket under which a bound one stands in the table, to be asked about later with {@link #alive}: itself, but for
     * MPTCP the TCP socket inside it that holds the port.
     */
    default Socket listed(Socket bound) {
        return bound;
    }

    /**
     * A socket that holds a port.
     *
     * @param cookie SO_COOKIE
     * @param local the local address
     * @param bound whether it claims the port for itself: bound or listening, not a connection or its TIME_WAIT
     */
    record Holder(long cookie, Address.Inet local, boolean bound) {}
}
