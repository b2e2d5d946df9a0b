package org.sluice.target;

import java.nio.ByteOrder;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;

/**
 * Socket addresses between native memory and {@link Address} (ip(7), ipv6(7), unix(7); linux/in.h, in6.h, un.h). What is
 * decoded and encoded again means the same to the kernel. Stateless and thread-safe.
 */
public final class SocketAddresses {

    public static final int AF_UNSPEC = 0;
    public static final int AF_UNIX = 1;
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    public static final int AF_NETLINK = 16;

    /** Room for any address: struct sockaddr_storage is 128 bytes. */
    public static final int CAPACITY = 128;

    /** The shortest that says its family. */
    public static final int FAMILY_SIZE = 2;

    /** The room for a path in struct sockaddr_un; a path that fills it has no NUL. */
    public static final int UNIX_PATH_MAX = 108;

    private static final int INET_SIZE = 16;
    private static final int INET6_SIZE = 28;

    /** Without sin6_scope_id, as in RFC 2133; the kernel still takes it. */
    private static final int INET6_OLD_SIZE = 24;

    private static final int PORT = 2;
    private static final int INET_IP = 4;
    private static final int INET6_FLOW = 4;
    private static final int INET6_IP = 8;
    private static final int INET6_SCOPE = 24;

    private SocketAddresses() {}

    /**
     * Reads an address.
     *
     * @param length of the address; too short for its family makes it {@link Address.Other}, which the kernel refuses as
     *     it refuses the original
     * @throws IllegalArgumentException if there is no family within the length, or no room for such an address
     */
    public static Address decode(Block block, int offset, int length) {
        if (length < FAMILY_SIZE || length > CAPACITY) {
            throw new IllegalArgumentException("an address of " + length + " bytes");
        }
        return decodeAs(family(block, offset), block, offset, length);
    }

    /**
     * Reads an address as the argument of a call on a socket. A Unix address that is too long, or of a socket that is none
     * of AF_UNIX, is {@link Address.Other}: it names no file, and the kernel refuses it.
     *
     * @param domain the socket's address family
     * @throws IllegalArgumentException as {@link #decode(Block, int, int)}
     */
    public static Address decode(Block block, int offset, int length, int domain) {
        Address read = decode(block, offset, length);
        boolean meansNothing = read.family() == AF_UNIX && (domain != AF_UNIX || length > FAMILY_SIZE + UNIX_PATH_MAX);
        return meansNothing
                ? new Address.Other(AF_UNIX, bytes(block, offset + FAMILY_SIZE, length - FAMILY_SIZE))
                : read;
    }

    /** Reads an address as one of {@code family}, whatever family it says it is of. */
    static Address decodeAs(int family, Block block, int offset, int length) {
        if (family == AF_UNIX) {
            return decodeUnix(block, offset + FAMILY_SIZE, length - FAMILY_SIZE);
        }
        if (family == AF_INET && length >= INET_SIZE) {
            return new Address.Inet(bytes(block, offset + INET_IP, 4), port(block, offset));
        }
        if (family == AF_INET6 && length >= INET6_OLD_SIZE) {
            int scope = length >= INET6_SIZE ? block.getInt(offset + INET6_SCOPE) : 0;
            int flow = block.getInt(offset + INET6_FLOW);
            return new Address.Inet(bytes(block, offset + INET6_IP, 16), port(block, offset), flow, scope);
        }
        return new Address.Other(family, bytes(block, offset + FAMILY_SIZE, length - FAMILY_SIZE));
    }

    /**
     * What an address means as an argument of bind(2): an AF_INET socket takes AF_UNSPEC with 0.0.0.0 for AF_INET, so that
     * it must be judged as such.
     *
     * @param domain the socket's address family
     */
    public static Address forBind(Address address, int domain) {
        if (domain != AF_INET || !(address instanceof Address.Other other) || other.family() != AF_UNSPEC) {
            return address;
        }
        Bytes data = other.data();
        if (data.length() < INET_SIZE - FAMILY_SIZE) {
            return address;
        }
        byte[] raw = data.toArray();
        Bytes ip = Bytes.of(raw, INET_IP - FAMILY_SIZE, INET_IP + 4 - FAMILY_SIZE);
        Address.Inet inet = new Address.Inet(ip, (raw[0] & 255) << 8 | (raw[1] & 255));
        return inet.isWildcard() ? inet : address;
    }

    /**
     * Writes an address as an argument of a call.
     *
     * @param block has {@link #CAPACITY} bytes
     * @return its length; -ENAMETOOLONG for a path or name that does not fit
     */
    public static int encode(Address address, Block block) {
        block.zero(0, CAPACITY).putShort(0, address.family());
        if (address instanceof Address.Inet inet) {
            return encodeInet(inet, block);
        }
        if (address instanceof Address.UnixPath unix) {
            int length = unix.path().length();
            return length > UNIX_PATH_MAX
                    ? -Errno.ENAMETOOLONG
                    : put(unix.path(), block, FAMILY_SIZE) + (length < UNIX_PATH_MAX ? 1 : 0);
        }
        if (address instanceof Address.UnixAbstract unix) {
            return unix.name().length() >= UNIX_PATH_MAX
                    ? -Errno.ENAMETOOLONG
                    : put(unix.name(), block, FAMILY_SIZE + 1);
        }
        if (address instanceof Address.Other other) {
            return other.data().length() > CAPACITY - FAMILY_SIZE
                    ? -Errno.ENAMETOOLONG
                    : put(other.data(), block, FAMILY_SIZE);
        }
        return FAMILY_SIZE;
    }

    /**
     * Writes an address as getsockname(2) and its like report it: a Unix path always has its NUL, so that one that fills
     * sun_path makes the address one byte longer than struct sockaddr_un.
     *
     * @param block has {@link #CAPACITY} bytes
     * @return as {@link #encode}
     */
    public static int encodeReport(Address address, Block block) {
        int length = encode(address, block);
        return length == FAMILY_SIZE + UNIX_PATH_MAX && address instanceof Address.UnixPath ? length + 1 : length;
    }

    private static int encodeInet(Address.Inet inet, Block block) {
        block.putByte(PORT, inet.port() >> 8).putByte(PORT + 1, inet.port());
        if (inet.family() == AF_INET) {
            put(inet.ip(), block, INET_IP);
            return INET_SIZE;
        }
        put(inet.ip(), block, INET6_IP);
        block.putInt(INET6_FLOW, inet.flow()).putInt(INET6_SCOPE, inet.scope());
        return INET6_SIZE;
    }

    /** Returns where the bytes end. */
    private static int put(Bytes bytes, Block block, int offset) {
        for (int i = 0; i < bytes.length(); i++) {
            block.putByte(offset + i, bytes.at(i));
        }
        return offset + bytes.length();
    }

    private static Address decodeUnix(Block block, int offset, int length) {
        if (length == 0) {
            return new Address.UnixUnnamed();
        }
        if (block.getByte(offset) == 0) {
            return new Address.UnixAbstract(bytes(block, offset + 1, length - 1));
        }
        int end = 0;
        while (end < length && block.getByte(offset + end) != 0) {
            end++;
        }
        return new Address.UnixPath(bytes(block, offset, end));
    }

    private static int family(Block block, int offset) {
        return block.getShort(offset) & 0xffff;
    }

    /** In network order. */
    private static int port(Block block, int offset) {
        short raw = block.getShort(offset + PORT);
        return (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Short.reverseBytes(raw) : raw) & 0xffff;
    }

    private static Bytes bytes(Block block, int offset, int length) {
        return Bytes.of(block.get(offset, length));
    }
}
