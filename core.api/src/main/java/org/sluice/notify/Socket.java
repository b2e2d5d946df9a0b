package org.sluice.notify;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** A socket of a target, known by what it is and not by a descriptor's number. Valid during the call. */
@ProviderType
public interface Socket {

    /** The kernel's cookie (SO_COOKIE), unique for the life of the machine. */
    long cookie();

    /** The inode in sockfs: 32 bits, may come again; serves to join with {@code /proc/net}. */
    long inode();

    /** The address family (SO_DOMAIN). */
    int domain();

    /** The type without flags (SO_TYPE). */
    int type();

    /** The protocol (SO_PROTOCOL). */
    int protocol();

    /** The cookie of the network namespace that the socket lives in (SO_NETNS_COOKIE), 0 where the kernel has none. */
    long namespace();

    /**
     * Whether an IPv6 socket keeps out of IPv4 (IPV6_V6ONLY, ipv6(7)); the kernel fixes it when the socket is bound. Always
     * {@code false} for a socket of another family.
     */
    default boolean v6Only() {
        return false;
    }

    /**
     * Keeps the socket to the loopback device for good, whatever address it is bound to: what comes from the network does
     * not reach it, nor it the network. The target cannot undo it. A second time changes nothing.
     *
     * @return 0, or the errno for which that is impossible: EPERM where the target bound the socket to another device
     */
    default int confineToLoopback() {
        return 95; // EOPNOTSUPP
    }

    /** What getsockname(2) on the socket reports now; empty if it fails. */
    Optional<Address> local();

    /** What getpeername(2) on the socket reports now; empty if there is no peer. */
    Optional<Address> peer();
}
