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
 * The ports of one sandbox at one moment, indexed for both directions. A bind asks for rivals alone, and each bind makes
 * another table; so claims that the table before had read are taken from it, and the other indexes are made when they are
 * first asked for. Thread-safe, and unchanging for those who ask.
 */
final class Table {

    static final Table EMPTY = new Table(Map.of());

    private static final Bytes LOOPBACK4 = Bytes.of(new byte[] {127, 0, 0, 1});
    private static final Bytes LOOPBACK6 = Bytes.of(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

    private static final int EPHEMERAL_FIRST = 32768;
    private static final int EPHEMERAL_LAST = 60999;

    private final Map<String, Read> read;
    private final Map<Integer, List<Claim>> byVirtual = new HashMap<>();
    private final boolean remapped;
    private volatile @Nullable Indexes indexes;

    /** A claim and the text that it was read from. */
    private record Read(String text, Claim claim) {}

    private record Indexes(Map<Long, Claim> byCookie, Set<Long> listed, Map<Integer, List<Claim>> byReal) {}

    /** Reads the form that {@link Ledger} keeps: cookie to encoded claim. */
    Table(Map<?, ?> kept) {
        this(kept, Map.of());
    }

    /** The same, where most of it was read {@code before}. */
    Table(Map<?, ?> kept, Table before) {
        this(kept, before.read);
    }

    private Table(Map<?, ?> kept, Map<String, Read> before) {
        read = new HashMap<>(kept.size() * 2);
        boolean any = false;
        for (Map.Entry<?, ?> entry : kept.entrySet()) {
            String cookie = (String) entry.getKey();
            String text = (String) entry.getValue();
            Read known = before.get(cookie);
            Read now = known != null && known.text.equals(text) ? known : new Read(text, Claim.decode(cookie, text));
            read.put(cookie, now);
            if (!now.claim.closed()) {
                add(byVirtual, now.claim.virtual(), now.claim);
            }
            any |= now.claim.remapped();
        }
        remapped = any;
    }

    private Indexes indexes() {
        Indexes known = indexes;
        if (known == null) {
            known = new Indexes(new HashMap<>(), new HashSet<>(), new HashMap<>());
            for (Read each : read.values()) {
                known.byCookie.put(each.claim.cookie(), each.claim);
                known.listed.add(each.claim.listed());
                add(known.byReal, each.claim.real(), each.claim);
            }
            indexes = known;
        }
        return known;
    }

    private static void add(Map<Integer, List<Claim>> index, int port, Claim claim) {
        index.computeIfAbsent(key(claim.protocol(), port), key -> new ArrayList<>(1))
                .add(claim);
    }

    private static int key(int protocol, int port) {
        return protocol << 16 | port;
    }

    /** Whether any port has two numbers; if not, there is nothing to translate. */
    boolean remapped() {
        return remapped;
    }

    int size() {
        return read.size();
    }

    Collection<Claim> claims() {
        return indexes().byCookie.values();
    }

    /** Whether a socket has a claim. */
    boolean has(long cookie) {
        return indexes().byCookie.containsKey(cookie);
    }

    /** Whether the kernel's table has a socket of the sandbox under {@code cookie}. */
    boolean lists(long cookie) {
        return indexes().listed.contains(cookie);
    }

    /** The claims of other sockets on the same virtual port that overlap {@code wish}. */
    List<Claim> rivals(Claim wish) {
        List<Claim> rivals = new ArrayList<>(0);
        for (Claim claim : byVirtual.getOrDefault(key(wish.protocol(), wish.virtual()), List.of())) {
            if (claim.cookie() != wish.cookie() && claim.overlaps(wish)) {
                rivals.add(claim);
            }
        }
        return rivals;
    }

    /**
     * The claim of the socket that a packet of {@code from} to {@code destination}, a virtual address, would reach. Whether
     * the address is this machine's is asked only where there is a claim that has two numbers.
     */
    Optional<Claim> reached(Ports ports, Socket from, Inet destination) {
        Inet to = destination(destination);
        return best(byVirtual, from, to).filter(claim -> !claim.remapped() || ports.isLocal(from, to));
    }

    /** The port by which the sandbox knows the peer at {@code address}, a real address. */
    int peerPort(Ports ports, Socket socket, Inet address) {
        return best(indexes().byReal, socket, address)
                .filter(claim -> claim.remapped() && ports.isLocal(socket, address))
                .map(Claim::virtual)
                .orElse(address.port());
    }

    /** The port by which the sandbox knows a socket's own end: its claim's, or that of the listener it was accepted from. */
    int localPort(Socket socket, Inet address) {
        Claim own = indexes().byCookie.get(socket.cookie());
        if (own != null) {
            return own.real() == address.port() ? own.virtual() : address.port();
        }
        return best(indexes().byReal, socket, address).map(Claim::virtual).orElse(address.port());
    }

    /** The number that the kernel picked, unless the sandbox uses it for a port that was taken: then another. */
    int freeVirtual(Socket socket, Inet given) {
        for (int port = given.port(), i = 0; i <= EPHEMERAL_LAST - EPHEMERAL_FIRST; i++) {
            if (rivals(Claim.of(socket, given, port, given.port())).isEmpty()) {
                return port;
            }
            port = port >= EPHEMERAL_FIRST && port < EPHEMERAL_LAST ? port + 1 : EPHEMERAL_FIRST;
        }
        return given.port();
    }

    /** The claim on exactly the address, else a wildcard of its family, else {@code ::}, as the kernel's look-up prefers. */
    private static Optional<Claim> best(Map<Integer, List<Claim>> index, Socket socket, Inet address) {
        Bytes ip = address.unmapped().ip();
        @Nullable Claim best = null;
        for (Claim claim : index.getOrDefault(key(Claim.space(socket), address.port()), List.of())) {
            if (claim.namespace() == socket.namespace()
                    && claim.takes(ip)
                    && (best == null || closeness(claim, ip) > closeness(best, ip))) {
                best = claim;
            }
        }
        return Optional.ofNullable(best);
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
