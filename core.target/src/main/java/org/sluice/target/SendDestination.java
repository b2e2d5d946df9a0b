package org.sluice.target;

import java.util.Optional;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.notify.Address;

/**
 * What the kernel makes of the address of a send: net/ipv4/udp.c and net/ipv6/udp.c ({@code udp_sendmsg},
 * {@code udpv6_sendmsg}), net/unix/af_unix.c ({@code unix_validate_addr}), net/ipv4/tcp.c. An address that it refuses or
 * ignores is no destination; the send is made with it all the same, and the kernel says what it says. Stateless.
 */
final class SendDestination {

    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int INET_SIZE = 16;
    private static final int INET6_SIZE = 24;
    private static final int UNIX_HEAD = 2;

    /** struct sockaddr_nl. */
    private static final int NETLINK_SIZE = 12;

    private static final int NETLINK_PORT = 4;
    private static final int NETLINK_GROUPS = 8;

    private SendDestination() {}

    /**
     * The destination; empty where the address does not matter.
     *
     * @param domain the socket's
     * @param type the socket's
     * @param flags of the send
     */
    static Optional<Address> of(int domain, int type, int flags, Block block, int offset, int length) {
        if (length < UNIX_HEAD) {
            return Optional.empty();
        }
        int family = block.getShort(offset) & 0xffff;
        return switch (domain) {
            case SocketAddresses.AF_UNIX ->
                type == SOCK_DGRAM && family == SocketAddresses.AF_UNIX
                        ? unix(block, offset, length)
                        : Optional.empty();
            case SocketAddresses.AF_INET, SocketAddresses.AF_INET6 ->
                // A stream is sent to its peer, unless the send is what connects it.
                type != SOCK_STREAM || (flags & Message.MSG_FASTOPEN) != 0
                        ? inet(domain, family, block, offset, length)
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    /**
     * Whether the kernel takes the address of a send for none at all. It is then left out, because the same bytes are an
     * IPv4 address to a socket that IPV6_ADDRFORM (ipv6(7)) makes one of IPv4 a moment later.
     */
    static boolean isPeer(int domain, int type, Block block, int offset, int length) {
        return domain == SocketAddresses.AF_INET6
                && type != SOCK_STREAM
                && length >= UNIX_HEAD
                && block.getShort(offset) == SocketAddresses.AF_UNSPEC;
    }

    /**
     * What netlink_sendmsg in net/netlink/af_netlink.c says about an address, to who may send to nobody but the kernel.
     *
     * @return 0 or a positive errno
     */
    static int netlinkErrno(Block block, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        if (length < NETLINK_SIZE || (block.getShort(offset) & 0xffff) != SocketAddresses.AF_NETLINK) {
            return Errno.EINVAL;
        }
        boolean isKernel = block.getInt(offset + NETLINK_PORT) == 0 && block.getInt(offset + NETLINK_GROUPS) == 0;
        return isKernel ? 0 : Errno.EPERM;
    }

    private static Optional<Address> unix(Block block, int offset, int length) {
        return length > UNIX_HEAD && length <= UNIX_HEAD + SocketAddresses.UNIX_PATH_MAX
                ? Optional.of(SocketAddresses.decode(block, offset, length))
                : Optional.empty();
    }

    private static Optional<Address> inet(int domain, int family, Block block, int offset, int length) {
        boolean four = family == SocketAddresses.AF_INET
                || (family == SocketAddresses.AF_UNSPEC && domain == SocketAddresses.AF_INET);
        if (four && length >= INET_SIZE) {
            return Optional.of(SocketAddresses.decodeAs(SocketAddresses.AF_INET, block, offset, length));
        }
        return family == SocketAddresses.AF_INET6 && length >= INET6_SIZE && domain == SocketAddresses.AF_INET6
                ? Optional.of(SocketAddresses.decode(block, offset, length))
                : Optional.empty();
    }
}
