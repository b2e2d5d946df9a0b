package org.sluice.handler.portmap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Bytes;

/** The ports of one sandbox at one moment, indexed for both directions. Immutable. */
final class Table {

    static final Table EMPTY = new Table(Map.of());

    private static final Bytes LOOPBACK4 = Bytes.of(new byte[] {127, 0, 0, 1});
    private static final Bytes LOOPBACK6 = Bytes.of(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

    private final Map<Long, Claim> byCookie = new HashMap<>();
    private final Map<Integer, List<Claim>> byVirtual = new HashMap<>();
    private final Map<Integer, List<Claim>> byReal = new HashMap<>();
    private final boolean remapped;

    /** Reads the form that {@link Ledger} keeps: cookie to encoded claim. */
    Table(Map<?, ?> kept) {
        boolean any = false;
        for (Map.Entry<?, ?> entry : kept.entrySet()) {
            Claim claim = Claim.decode((String) entry.getKey(), (String) entry.getValue());
            byCookie.put(claim.cookie(), claim);
            byVirtual
                    .computeIfAbsent(claim.virtual(), port -> new ArrayList<>(1))
                    .add(claim);
            byReal.computeIfAbsent(claim.real(), port -> new ArrayList<>(1)).add(claim);
            any |= claim.remapped();
        }
        remapped = any;
    }

    /** Whether any port has two numbers; if not, there is nothing to translate. */
    boolean remapped() {
        return remapped;
    }

    int size() {
        return byCookie.size();
    }

    Collection<Claim> claims() {
        return byCookie.values();
    }

    /** The claims of other sockets on the same virtual port that overlap {@code wish}. */
    List<Claim> rivals(Claim wish) {
        List<Claim> rivals = new ArrayList<>(0);
        for (Claim claim : byVirtual.getOrDefault(wish.virtual(), List.of())) {
            if (claim.cookie() != wish.cookie() && claim.overlaps(wish)) {
                rivals.add(claim);
            }
        }
        return rivals;
    }

    /** The claim of the socket that a connection to {@code destination}, a virtual address, would reach. */
    Optional<Claim> reached(long namespace, Inet destination) {
        Bytes ip = destination(destination);
        return best(byVirtual, namespace, destination.port(), ip, claim -> isLocal(claim, ip));
    }

    /** The port by which the sandbox knows the peer at {@code address}, a real address. */
    int peerPort(long namespace, Inet address) {
        Bytes ip = address.unmapped().ip();
        return best(byReal, namespace, address.port(), ip, claim -> isLocal(claim, ip))
                .map(Claim::virtual)
                .orElse(address.port());
    }

    /** The port by which the sandbox knows a socket's own end: its claim's, or that of the listener it was accepted from. */
    int localPort(long cookie, long namespace, Inet address) {
        Claim own = byCookie.get(cookie);
        if (own != null) {
            return own.real() == address.port() ? own.virtual() : address.port();
        }
        return best(byReal, namespace, address.port(), address.unmapped().ip(), claim -> true)
                .map(Claim::virtual)
                .orElse(address.port());
    }

    /** The claim on exactly the address, else a wildcard of its family, else {@code ::}, as the kernel's look-up prefers. */
    private static Optional<Claim> best(
            Map<Integer, List<Claim>> index, long namespace, int port, Bytes ip, Predicate<Claim> local) {
        @Nullable Claim best = null;
        for (Claim claim : index.getOrDefault(port, List.of())) {
            if (claim.namespace() == namespace
                    && claim.takes(ip)
                    && local.test(claim)
                    && (best == null || closeness(claim, ip) > closeness(best, ip))) {
                best = claim;
            }
        }
        return Optional.ofNullable(best);
    }

    private static int closeness(Claim claim, Bytes ip) {
        return claim.ip().equals(ip) ? 2 : claim.ip().length() == ip.length() ? 1 : 0;
    }

    /** Of an address that is not the target's own, only these are known to be on this machine. */
    private static boolean isLocal(Claim claim, Bytes ip) {
        return new Inet(ip, 0).isLoopback() || claim.ip().equals(ip);
    }

    /** connect(2) to a wildcard goes to loopback. */
    private static Bytes destination(Inet address) {
        Inet plain = address.unmapped();
        if (!plain.isWildcard()) {
            return plain.ip();
        }
        return plain.ip().length() == 4 ? LOOPBACK4 : LOOPBACK6;
    }
}
