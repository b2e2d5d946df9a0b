package org.sluice.testkit;

import java.util.Optional;
import org.sluice.notify.Address;
import org.sluice.notify.Socket;

/**
 * A socket that no kernel has.
 *
 * @param domain the address family
 * @param type the type, such as 1 for SOCK_STREAM
 * @param protocol the protocol, such as 6 for TCP
 * @param cookie the kernel's cookie
 * @param inode the inode in sockfs
 * @param namespace the cookie of its network namespace
 * @param local its own address
 * @param peer its peer's address
 */
public record FakeSocket(
        int domain,
        int type,
        int protocol,
        long cookie,
        long inode,
        long namespace,
        Optional<Address> local,
        Optional<Address> peer)
        implements Socket {

    /** A TCP socket over IPv4, neither bound nor connected. */
    public static FakeSocket tcp(long cookie) {
        return new FakeSocket(2, 1, 6, cookie, cookie, 1, Optional.empty(), Optional.empty());
    }

    /** A Unix stream socket, neither bound nor connected. */
    public static FakeSocket unix(long cookie) {
        return new FakeSocket(1, 1, 0, cookie, cookie, 1, Optional.empty(), Optional.empty());
    }

    /** The same socket bound to an address. */
    public FakeSocket boundTo(Address address) {
        return new FakeSocket(domain, type, protocol, cookie, inode, namespace, Optional.of(address), peer);
    }

    /** The same socket connected to an address. */
    public FakeSocket connectedTo(Address address) {
        return new FakeSocket(domain, type, protocol, cookie, inode, namespace, local, Optional.of(address));
    }
}
