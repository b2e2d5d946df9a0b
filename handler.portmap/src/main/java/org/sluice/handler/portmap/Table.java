package org.sluice.handler.portmap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Bytes;
import org.sluice.notify.Ports;
import org.sluice.notify.Socket;

/**
 * The claims of one sandbox at one moment that have two numbers, indexed by the real one. Of the others a caller brings those
 * that it asks about: they stand under their only number. Immutable.
 */
final class Table {

    static final Table EMPTY = new Table(List.of());

    private static final Bytes LOOPBACK4 = Bytes.of(new byte[] {127, 0, 0, 1});
    private static final Bytes LOOPBACK6 = Bytes.of(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

    private final Map<Long, Claim> byCookie = new HashMap<>();
    private final Set<Long> listed = new HashSet<>();
    private final Map<Integer, List<Claim>> byReal = new HashMap<>();

    Table(Collection<Claim> remapped) {
        for (Claim claim : remapped) {
            byCookie.put(claim.cookie(), claim);
            listed.add(claim.listed());
            byReal.computeIfAbsent(key(claim.protocol(), claim.real()), key -> new ArrayList<>(1))
                    .add(claim);
        }
    }

    private static int key(int protocol, int port) {
        return protocol << 16 | port;
    }

    /** Whether no port has two numbers; then there is nothing to translate. */
    boolean isEmpty() {
        return byCookie.isEmpty();
    }

    /** The claim of a socket. */
    @Nullable
    Claim of(long cookie) {
        return byCookie.get(cookie);
    }

    /** Whether the kernel's table has one of these sockets under {@code cookie}. */
    boolean lists(long cookie) {
        return listed.contains(cookie);
    }

    /**
     * The claim of the socket that a packet of {@code from} to {@code destination}, a virtual address, would reach. Whether
     * the address is this machine's is asked only where there is a claim that has two numbers.
     *
     * @param there the claims on that virtual port
     */
    static Optional<Claim> reached(Collection<Claim> there, Ports ports, Socket from, Inet destination) {
        Inet to = destination(destination);
        Claim best = null;
        for (Claim claim : there) {
            best = claim.closed()
                    ? best
                    : better(best, claim, from, to.unmapped().ip());
        }
        return Optional.ofNullable(best).filter(claim -> !claim.remapped() || ports.isLocal(from, to));
    }

    /**
     * The port by which the sandbox knows the peer at {@code address}, a real address.
     *
     * @param same the claims on the virtual port of the same number
     */
    int peerPort(Collection<Claim> same, Ports ports, Socket socket, Inet address) {
        Claim best = best(same, socket, address);
        return best != null && best.remapped() && ports.isLocal(socket, address) ? best.virtual() : address.port();
    }

    /**
     * The port by which the sandbox knows a socket's own end: its claim's, or that of the listener it was accepted from.
     *
     * @param same the claims on the virtual port of the same number
     */
    int localPort(Collection<Claim> same, Socket socket, Inet address) {
        Claim own = byCookie.get(socket.cookie());
        if (own != null) {
            return own.real() == address.port() ? own.virtual() : address.port();
        }
        boolean asItIs = same.stream().anyMatch(claim -> claim.cookie() == socket.cookie());
        Claim best = asItIs ? null : best(same, socket, address);
        return best == null ? address.port() : best.virtual();
    }

    private @Nullable Claim best(Collection<Claim> same, Socket socket, Inet address) {
        Bytes ip = address.unmapped().ip();
        Claim best = null;
        for (Claim claim : byReal.getOrDefault(key(Claim.space(socket), address.port()), List.of())) {
            best = better(best, claim, socket, ip);
        }
        for (Claim claim : same) {
            best = claim.remapped() ? best : better(best, claim, socket, ip);
        }
        return best;
    }

    /** The claim on exactly the address, else a wildcard of its family, else {@code ::}, as the kernel's look-up prefers. */
    private static @Nullable Claim better(@Nullable Claim best, Claim claim, Socket socket, Bytes ip) {
        boolean takes = claim.namespace() == socket.namespace() && claim.takes(ip);
        return takes && (best == null || closeness(claim, ip) > closeness(best, ip)) ? claim : best;
    }

    private static int closeness(Claim claim, Bytes ip) {
        int address = claim.ip().equals(ip) ? 2 : claim.ip().length() == ip.length() ? 1 : 0;
        return claim.closed() ? address : address + 3;
    }

    /** connect(2) to a wildcard goes to loopback. */
    private static Inet destination(Inet address) {
        Inet plain = address.unmapped();
        if (!plain.isWildcard()) {
            return plain;
        }
        return new Inet(plain.ip().length() == 4 ? LOOPBACK4 : LOOPBACK6, plain.port());
    }
}
