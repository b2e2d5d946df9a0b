package org.sluice.handler.portmap;

import java.util.HexFormat;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Bytes;
import org.sluice.notify.Socket;

/**
 * A port that a socket of the sandbox holds. TCP and MPTCP share one space of ports in the kernel (an MPTCP socket binds
 * the TCP socket inside it), so the protocol does not part two claims.
 *
 * @param cookie the socket
 * @param namespace the cookie of its network namespace
 * @param protocol IPPROTO_TCP or IPPROTO_MPTCP: in which of the kernel's tables the socket is found
 * @param ip the address that it is bound to, never v4-mapped
 * @param v6Only whether {@code ::} keeps out of IPv4
 * @param virtual the port as the sandbox sees it
 * @param real the port as everybody else sees it
 */
record Claim(long cookie, long namespace, int protocol, Bytes ip, boolean v6Only, int virtual, int real) {

    private static final HexFormat HEX = HexFormat.of();

    /** The claim of {@code socket} on an address that it got, or would like to have. */
    static Claim of(Socket socket, Inet local, int virtual, int real) {
        Bytes ip = local.unmapped().ip();
        return new Claim(socket.cookie(), socket.namespace(), socket.protocol(), ip, socket.v6Only(), virtual, real);
    }

    /** Whether the sandbox and the rest of the machine know it by different numbers. */
    boolean remapped() {
        return virtual != real;
    }

    boolean isWildcard() {
        return new Inet(ip, real).isWildcard();
    }

    /** Whether both sockets would answer on some address, were their ports the same. */
    boolean overlaps(Claim other) {
        return namespace == other.namespace && (takes(other.ip) || other.takes(ip));
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

    /** The form in which {@link Ledger} keeps a claim under its cookie. */
    String encode() {
        return namespace + " " + protocol + " " + HEX.formatHex(ip.toArray()) + " " + (v6Only ? "6" : "46") + " "
                + virtual + " " + real;
    }

    /**
     * The opposite of {@link #encode}.
     *
     * @throws IllegalArgumentException if this is no claim
     */
    static Claim decode(String cookie, String text) {
        String[] field = text.split(" ", -1);
        if (field.length != 6) {
            throw new IllegalArgumentException(
                    "the kept port '" + text + "' of socket " + cookie + " has " + field.length + " fields, not 6");
        }
        return new Claim(
                Long.parseLong(cookie),
                Long.parseLong(field[0]),
                Integer.parseInt(field[1]),
                Bytes.of(HEX.parseHex(field[2])),
                field[3].equals("6"),
                Integer.parseInt(field[4]),
                Integer.parseInt(field[5]));
    }
}
