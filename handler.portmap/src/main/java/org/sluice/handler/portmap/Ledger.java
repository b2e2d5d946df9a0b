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
import org.sluice.notify.Ports;
import org.sluice.notify.Socket;
import org.sluice.notify.State;

/**
 * The map of one sandbox, kept in its {@link State} so that it outlives this bundle.
 *
 * <p>{@code sockets} holds the encoded {@link Claim} of each socket under its cookie, {@code ports} the last real port
 * that stood for a taken one. Reading is one look-up in the state; the index over it is built when the kept map is
 * another object than last time.
 *
 * <p>Claims of sockets that are gone are dropped where they would matter, and all together whenever the map has doubled,
 * so that closing a socket needs no trap and the cost of asking the kernel is shared by many binds.
 *
 * <p>Thread-safe. {@link #lock} puts the binds of a sandbox in a row; {@link #enter} alone would already keep two sockets
 * from winning one port, also while two instances of the handler run during a swap.
 */
final class Ledger {

    private static final String SOCKETS = "sockets";
    private static final String PORTS = "ports";
    private static final int FIRST_SWEEP = 64;

    final ReentrantLock lock = new ReentrantLock();

    private volatile Snapshot latest = new Snapshot(Map.of(), Table.EMPTY);
    private volatile int sweepAt = FIRST_SWEEP;

    private record Snapshot(Map<?, ?> kept, Table table) {}

    Table table(State state) {
        return table(state.get(SOCKETS, Map.class).orElse(Map.of()));
    }

    private Table table(Map<?, ?> kept) {
        Snapshot known = latest;
        if (known.kept != kept) {
            known = new Snapshot(kept, new Table(kept));
            latest = known;
        }
        return known.table;
    }

    /**
     * Enters a claim for a socket that is bound.
     *
     * @return whether the virtual port is the socket's: {@code false} if another socket has it under another real port
     */
    boolean enter(State state, Claim claim) {
        boolean[] won = new boolean[1];
        state.update(SOCKETS, old -> {
            Map<?, ?> kept = old == null ? Map.of() : (Map<?, ?>) old;
            won[0] = table(kept).rivals(claim).stream().allMatch(rival -> rival.real() == claim.real());
            return won[0] ? with(kept, claim) : old;
        });
        return won[0];
    }

    /** Those of {@code claims} whose sockets live; the others are dropped. */
    List<Claim> living(State state, Ports ports, Socket like, Collection<Claim> claims) {
        List<Long> asked = new ArrayList<>();
        for (Claim claim : claims) {
            if (isListedWith(claim, like)) {
                asked.add(claim.cookie());
            }
        }
        if (asked.isEmpty()) {
            return List.copyOf(claims);
        }
        Set<Long> alive = ports.alive(like, asked);
        List<Claim> living = new ArrayList<>();
        List<Claim> gone = new ArrayList<>();
        for (Claim claim : claims) {
            (!isListedWith(claim, like) || alive.contains(claim.cookie()) ? living : gone).add(claim);
        }
        drop(state, gone);
        return living;
    }

    /** The kernel is asked per protocol and namespace; of a claim elsewhere it would know nothing. */
    private static boolean isListedWith(Claim claim, Socket like) {
        return claim.protocol() == like.protocol() && claim.namespace() == like.namespace();
    }

    /** Drops all claims whose sockets are gone, if the map has doubled since it was last done. */
    void sweep(State state, Ports ports, Socket like) {
        Table table = table(state);
        if (table.size() >= sweepAt) {
            living(state, ports, like, table.claims());
            sweepAt = Math.max(FIRST_SWEEP, 2 * table(state).size());
        }
    }

    /** The real port that last stood for a taken one. */
    Optional<Integer> lastReal(State state, int virtual) {
        return state.get(PORTS, Map.class).map(ports -> (Integer) ports.get(Integer.toString(virtual)));
    }

    /** Keeps the real port that now stands for a taken one. */
    void keepReal(State state, int virtual, int real) {
        state.update(PORTS, old -> {
            Map<Object, Object> ports = new HashMap<>(old == null ? Map.of() : (Map<?, ?>) old);
            ports.put(Integer.toString(virtual), real);
            return ports;
        });
    }

    private static Map<Object, Object> with(Map<?, ?> kept, Claim claim) {
        Map<Object, Object> next = new HashMap<>(kept);
        next.put(Long.toString(claim.cookie()), claim.encode());
        return next;
    }

    private static void drop(State state, List<Claim> gone) {
        if (gone.isEmpty()) {
            return;
        }
        state.update(SOCKETS, old -> {
            if (old == null) {
                return null;
            }
            @Nullable Map<Object, Object> next = new HashMap<>((Map<?, ?>) old);
            gone.forEach(claim -> next.remove(Long.toString(claim.cookie())));
            return next;
        });
    }
}
