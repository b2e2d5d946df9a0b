package org.sluice.notify;

import java.util.Optional;

/**
 * A socket address as the kernel knows it (sockaddr(3type)). The text forms are those of the rules: {@code 192.0.2.1!80},
 * {@code 2001:db8::1!443}, {@code /run/x.sock}, {@code @abstract}, {@code !unnamed}.
 */
public sealed interface Address {

    /** The address family: AF_UNIX 1, AF_INET 2, AF_INET6 10 … */
    int family();

    /**
     * An address of IPv4 or IPv6 (ip(7), ipv6(7)).
     *
     * @param ip 4 or 16 bytes in network order
     * @param port 0 to 65535
     * @param flow sin6_flowinfo in network order as an int, 0 for IPv4
     * @param scope sin6_scope_id, 0 for IPv4
     */
    record Inet(Bytes ip, int port, int flow, int scope) implements Address {

        /** Checks the ranges. */
        public Inet {
            if (ip.length() != 4 && ip.length() != 16) {
                throw new IllegalArgumentException("an IP address has 4 or 16 bytes, not " + ip.length());
            }
            if (port < 0 || port > 0xffff) {
                throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
            }
        }

        /** An address without flow and scope. */
        public Inet(Bytes ip, int port) {
            this(ip, port, 0, 0);
        }

        @Override
        public int family() {
            return ip.length() == 4 ? 2 : 10;
        }

        /** Whether this is an IPv6 address that stands for an IPv4 one (::ffff:0:0/96). */
        public boolean isMapped() {
            if (ip.length() != 16 || ip.at(10) != -1 || ip.at(11) != -1) {
                return false;
            }
            for (int i = 0; i < 10; i++) {
                if (ip.at(i) != 0) {
                    return false;
                }
            }
            return true;
        }

        /** The IPv4 address that a v4-mapped one stands for; any other is returned as it is. */
        public Inet unmapped() {
            return isMapped() ? new Inet(Bytes.of(ip.toArray(), 12, 16), port) : this;
        }

        /** Whether this is 0.0.0.0 or :: (or ::ffff:0.0.0.0). */
        public boolean isWildcard() {
            Bytes plain = unmapped().ip;
            for (int i = 0; i < plain.length(); i++) {
                if (plain.at(i) != 0) {
                    return false;
                }
            }
            return true;
        }

        /** Whether this is in 127.0.0.0/8 or is ::1. */
        public boolean isLoopback() {
            Bytes plain = unmapped().ip;
            if (plain.length() == 4) {
                return plain.at(0) == 127;
            }
            for (int i = 0; i < 15; i++) {
                if (plain.at(i) != 0) {
                    return false;
                }
            }
            return plain.at(15) == 1;
        }

        /** The loopback address of the same family and port: 127.0.0.1 or ::1. */
        public Inet loopback() {
            byte[] bytes = new byte[ip.length()];
            if (bytes.length == 4) {
                bytes[0] = 127;
            }
            bytes[bytes.length - 1] = 1;
            return new Inet(Bytes.of(bytes), port);
        }

        /** The same address with another port. */
        public Inet withPort(int other) {
            return new Inet(ip, other, flow, scope);
        }

        @Override
        public String toString() {
            return InetText.format(ip) + "!" + port;
        }
    }

    /**
     * A Unix socket in the file system (unix(7)).
     *
     * @param path the bytes of the path, without the ending NUL
     */
    record UnixPath(Bytes path) implements Address {
        @Override
        public int family() {
            return 1;
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * A Unix socket in the abstract namespace.
     *
     * @param name the name without the leading NUL; may hold NULs
     */
    record UnixAbstract(Bytes name) implements Address {
        @Override
        public int family() {
            return 1;
        }

        @Override
        public String toString() {
            return "@" + name;
        }
    }

    /** A Unix address with a length of 2: no name, and in bind(2) the wish for one that the kernel picks. */
    record UnixUnnamed() implements Address {
        @Override
        public int family() {
            return 1;
        }

        @Override
        public String toString() {
            return "!unnamed";
        }
    }

    /**
     * An address of any other family, AF_UNSPEC among them.
     *
     * @param family the family
     * @param data what follows the family
     */
    record Other(int family, Bytes data) implements Address {

        /** sin_port and sin_addr of struct sockaddr_in, which begin right after the family. */
        private static final int INET_LENGTH = 6;

        /**
         * What bind(2) on an IPv4 socket makes of this address. For old programs the kernel reads an address of family
         * AF_UNSPEC as one of AF_INET, if its IP address is 0.0.0.0 (net/ipv4/af_inet.c, {@code __inet_bind}). Empty for
         * all that such a socket refuses.
         */
        public Optional<Inet> asBound() {
            if (family != 0 || data.length() < INET_LENGTH) {
                return Optional.empty();
            }
            Inet read =
                    new Inet(Bytes.of(data.toArray(), 2, INET_LENGTH), ((data.at(0) & 255) << 8) | (data.at(1) & 255));
            return read.isWildcard() ? Optional.of(read) : Optional.empty();
        }

        @Override
        public String toString() {
            return "family " + family;
        }
    }
}
