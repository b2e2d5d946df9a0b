package org.sluice.handler.portmap;

import java.util.HexFormat;
import java.util.Optional;
import org.sluice.notify.Address;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Bytes;
import org.sluice.notify.Ports;
import org.sluice.notify.Socket;

/**
 * A port that a socket of the sandbox holds.
 *
 * @param cookie the socket
 * @param listed the cookie under which the kernel's table of ports has it
 * @param namespace the cookie of its network namespace
 * @param protocol {@link #TCP} or {@link #UDP}, whose ports are two spaces; MPTCP has those of TCP, since an MPTCP socket
 *     binds the TCP socket inside it
 * @param ip the address that it is bound to, never v4-mapped
 * @param v6Only whether {@code ::} keeps out of IPv4
 * @param virtual the port as the sandbox sees it
 * @param real the port as everybody else sees it
 * @param closed whether the socket is gone, but connections that it accepted are left
 */
record Claim(
        long cookie,
        long listed,
        long namespace,
        int protocol,
        Bytes ip,
        boolean v6Only,
        int virtual,
        int real,
        boolean closed) {

    static final int TCP = 6;
    static final int UDP = 17;

    private static final HexFormat HEX = HexFormat.of();
    private static final int FIELDS = 9;
    private static final String CLOSED = "closed";

    /** The claim of {@code socket} on an address that it got, or would like to have. */
    static Claim of(Socket socket, Inet local, int virtual, int real) {
        Bytes ip = local.unmapped().ip();
        int protocol = space(socket);
        return new Claim(
                socket.cookie(),
                socket.cookie(),
                socket.namespace(),
                protocol,
                ip,
                socket.v6Only(),
                virtual,
                real,
                false);
    }

    /** {@link #TCP} or {@link #UDP}: the space that a socket takes its port from. */
    static int space(Socket socket) {
        return socket.protocol() == UDP ? UDP : TCP;
    }

    /** The same claim, by what the kernel knows of its socket. */
    Claim listedIn(Ports ports, Socket socket) {
        return new Claim(cookie, ports.listed(socket).cookie(), namespace, protocol, ip, v6Only, virtual, real, closed);
    }

    /** The same claim after its socket's end. */
    Claim asClosed() {
        return new Claim(cookie, listed, namespace, protocol, ip, v6Only, virtual, real, true);
    }

    /** Whether the sandbox and the rest of the machine know it by different numbers. */
    boolean remapped() {
        return virtual != real;
    }

    boolean isWildcard() {
        return new Inet(ip, real).isWildcard();
    }

    /** Whether this is another socket's claim on the same virtual port, and both would answer on some address. */
    boolean rivals(Claim wish) {
        return !closed && cookie != wish.cookie && virtual == wish.virtual && overlaps(wish);
    }

    /** Whether both sockets would answer on some address, were their ports the same. */
    boolean overlaps(Claim other) {
        return namespace == other.namespace && protocol == other.protocol && (takes(other.ip) || other.takes(ip));
    }

    /**
     * Whether a packet to {@code local}, an address of this machine, finds this socket: bound to it, or to a wildcard of
     * its family, or to {@code ::} where that takes IPv4 as well (ipv6(7)).
     */
    boolean takes(Bytes local) {
        return ip.equals(local) || (isWildcard() && (ip.length() == local.length() || takesBothFamilies()));
    }

    private boolean takesBothFamilies() {
        return ip.length() == 16 && !v6Only;
    }

    /** What the kernel's table can be asked about it with, also when the socket itself is out of reach. */
    Socket question() {
        return new Question(this);
    }

    /**
     * The form in which {@link Layout} keeps a claim: cookie, listed cookie, namespace, protocol, address in hexadecimal,
     * {@code 6} or {@code 46}, virtual port, real port, {@code open} or {@code closed}.
     */
    String encode() {
        return cookie + " " + listed + " " + namespace + " " + protocol + " " + HEX.formatHex(ip.toArray()) + " "
                + (v6Only ? "6" : "46") + " " + virtual + " " + real + " " + (closed ? CLOSED : "open");
    }

    /**
     * The opposite of {@link #encode}.
     *
     * @throws IllegalArgumentException if this is no claim
     */
    static Claim decode(String text) {
        int[] end = ends(text);
        return new Claim(
                number(text, 0, end[0]),
                number(text, end[0] + 1, end[1]),
                number(text, end[1] + 1, end[2]),
                (int) number(text, end[2] + 1, end[3]),
                Bytes.of(HEX.parseHex(text, end[3] + 1, end[4])),
                end[5] - end[4] == 2,
                (int) number(text, end[5] + 1, end[6]),
                (int) number(text, end[6] + 1, end[7]),
                text.startsWith(CLOSED, end[7] + 1));
    }

    /** Where the fields end. Each bind reads a claim, so that no text is made of them. */
    private static int[] ends(String text) {
        int[] ends = new int[FIELDS];
        int count = 0;
        for (int at = 0; at <= text.length(); at++) {
            if (at == text.length() || text.charAt(at) == ' ') {
                if (count < FIELDS) {
                    ends[count] = at;
                }
                count++;
            }
        }
        if (count != FIELDS) {
            throw new IllegalArgumentException("the kept port '" + text + "' has " + count + " fields, not " + FIELDS);
        }
        return ends;
    }

    private static long number(String text, int from, int to) {
        return Long.parseLong(text, from, to, 10);
    }

    /** A claim's entry in the kernel's table. */
    private record Question(Claim claim) implements Socket {

        private static final int SOCK_STREAM = 1;
        private static final int SOCK_DGRAM = 2;
        private static final int AF_INET = 2;
        private static final int AF_INET6 = 10;

        @Override
        public long cookie() {
            return claim.listed;
        }

        /** Not kept. */
        @Override
        public long inode() {
            return 0;
        }

        @Override
        public int domain() {
            return claim.ip.length() == 4 ? AF_INET : AF_INET6;
        }

        @Override
        public int type() {
            return claim.protocol == UDP ? SOCK_DGRAM : SOCK_STREAM;
        }

        @Override
        public int protocol() {
            return claim.protocol;
        }

        @Override
        public long namespace() {
            return claim.namespace;
        }

        @Override
        public Optional<Address> local() {
            return Optional.empty();
        }

        @Override
        public Optional<Address> peer() {
            return Optional.empty();
        }
    }
}
