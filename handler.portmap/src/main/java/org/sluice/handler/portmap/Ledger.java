package org.sluice.handler.portmap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.notify.Ports;
import org.sluice.notify.Ports.Holder;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.State;

/**
 * The map of one sandbox, kept in its {@link State} so that it outlives this bundle.
 *
 * <p>{@code sockets} holds the encoded {@link Claim} of each socket under its cookie, {@code ports} the last real ports
 * that stood for taken ones. Reading is one look-up in the state; the index over it is built when the kept map is another
 * object than last time.
 *
 * <p>Claims of sockets that are gone are dropped where they would matter, and all together whenever the map has doubled,
 * so that closing a socket needs no trap and the cost of asking the kernel is shared by many binds. A mapped listener's
 * claim stays, as closed, for as long as connections that it accepted are left: they go on telling the virtual port.
 *
 * <p>Thread-safe. {@link #lock} puts the binds of a sandbox in a row; {@link #enter} alone would already keep two sockets
 * from winning one port, also while two instances of the handler run during a swap.
 */
final class Ledger {

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    private static final String SOCKETS = "sockets";
    private static final String PORTS = "ports";

    /** To say which sockets live the kernel looks through its whole table of connections. */
    static final int FIRST_SWEEP = 128;

    private static final int REMEMBERED = 256;

    final ReentrantLock lock = new ReentrantLock();
    final Insiders insiders = new Insiders();

    private volatile Snapshot latest = new Snapshot(Map.of(), Table.EMPTY);
    private volatile int sweepAt = FIRST_SWEEP;
    private volatile boolean full;

    private record Snapshot(Map<?, ?> kept, Table table) {}

    Table table(State state) {
        return table(state.get(SOCKETS, Map.class).orElse(Map.of()));
    }

    private Table table(Map<?, ?> kept) {
        Snapshot known = latest;
        if (known.kept != kept) {
            known = new Snapshot(kept, new Table(kept, known.table));
            latest = known;
        }
        return known.table;
    }

    /** Whether the kernel's table has a socket of this sandbox under {@code cookie}. */
    boolean isInside(State state, long cookie) {
        return insiders.contains(cookie) || table(state).lists(cookie);
    }

    /**
     * Enters a claim for a socket that is bound. Where there is no room for it, a port that is what it seems to be works
     * without: only conflicts inside the sandbox suffer.
     *
     * @return whether the virtual port is the socket's: {@code false} if another socket has it under another real port
     * @throws IllegalStateException if there is no room for a claim that must be translated
     */
    boolean enter(State state, Claim claim, SandboxContext sandbox) {
        try {
            return enter(state, claim);
        } catch (IllegalStateException e) {
            if (claim.remapped()) {
                throw e;
            }
            if (!full) {
                full = true;
                LOG.warn(
                        "{}: port {} and further ones are bound, but cannot be kept in the port map",
                        sandbox.name(),
                        claim.real(),
                        e);
            }
            return true;
        }
    }

    private boolean enter(State state, Claim claim) {
        boolean[] won = new boolean[1];
        state.update(SOCKETS, old -> {
            Map<?, ?> kept = old == null ? Map.of() : (Map<?, ?>) old;
            won[0] = table(kept).rivals(claim).stream().allMatch(rival -> rival.real() == claim.real());
            return won[0] ? with(kept, List.of(claim)) : old;
        });
        return won[0];
    }

    /** Those of {@code claims} whose sockets live; the others are dropped, or closed. */
    List<Claim> living(State state, Ports ports, Collection<Claim> claims) {
        List<Claim> living = new ArrayList<>();
        List<Claim> gone = new ArrayList<>();
        for (int protocol : new int[] {Claim.TCP, Claim.UDP}) {
            List<Claim> asked = claims.stream()
                    .filter(claim -> claim.protocol() == protocol)
                    .toList();
            if (!asked.isEmpty()) {
                Set<Long> alive = ports.alive(
                        asked.get(0).question(),
                        asked.stream().map(Claim::listed).toList());
                asked.forEach(claim -> (!claim.closed() && alive.contains(claim.listed()) ? living : gone).add(claim));
            }
        }
        remove(state, ports, gone);
        return living;
    }

    private static void remove(State state, Ports ports, List<Claim> gone) {
        List<Claim> closed = new ArrayList<>();
        List<Claim> dropped = new ArrayList<>();
        for (Claim claim : gone) {
            if (!hasConnections(ports, claim)) {
                dropped.add(claim);
            } else if (!claim.closed()) {
                closed.add(claim.asClosed());
            }
        }
        if (closed.isEmpty() && dropped.isEmpty()) {
            return;
        }
        state.update(SOCKETS, old -> {
            if (old == null) {
                return null;
            }
            @Nullable Map<Object, Object> next = with((Map<?, ?>) old, closed);
            dropped.forEach(claim -> next.remove(Long.toString(claim.cookie())));
            return next;
        });
    }

    /** Whether connections are left that know a port by two numbers, and nobody else has taken it since. */
    private static boolean hasConnections(Ports ports, Claim claim) {
        if (!claim.remapped() || claim.protocol() == Claim.UDP) {
            return false;
        }
        List<Holder> holders = ports.holders(claim.question(), claim.real());
        return !holders.isEmpty() && holders.stream().noneMatch(Holder::bound);
    }

    /** Drops all claims whose sockets are gone, if the map has doubled since it was last done. */
    void sweep(State state, Ports ports) {
        Table table = table(state);
        if (table.size() >= sweepAt) {
            living(state, ports, table.claims());
            sweepAt = Math.max(FIRST_SWEEP, 2 * table(state).size());
        }
    }

    /** The real port that last stood for a taken one, by the name of {@link Binding#label}. */
    Optional<Integer> lastReal(State state, String label) {
        return state.get(PORTS, Map.class).map(ports -> (Integer) ports.get(label));
    }

    /** Keeps the real port that now stands for a taken one. Of many, some are forgotten. */
    void keepReal(State state, String label, int real) {
        state.update(PORTS, old -> {
            Map<Object, Object> ports = new HashMap<>(old == null ? Map.of() : (Map<?, ?>) old);
            if (ports.size() >= REMEMBERED && !ports.containsKey(label)) {
                ports.remove(ports.keySet().iterator().next());
            }
            ports.put(label, real);
            return ports;
        });
    }

    private static Map<Object, Object> with(Map<?, ?> kept, List<Claim> claims) {
        Map<Object, Object> next = new HashMap<>(kept);
        claims.forEach(claim -> next.put(Long.toString(claim.cookie()), claim.encode()));
        return next;
    }
}
