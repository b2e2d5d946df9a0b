package org.sluice.handler.portmap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.notify.Ports;
import org.sluice.notify.Ports.Holder;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.State;

/**
 * The map of one sandbox, kept in its {@link State} so that it outlives this bundle, in the form of {@link Layout}.
 *
 * <p>Claims of sockets that are gone are dropped where they would matter, and all together after every {@link #SWEEP}
 * binds, so that closing a socket needs no trap and the cost of asking the kernel is shared by many binds. Those that an
 * exclusive bind would have met are dropped without asking. Of two that are bound to different devices (SO_BINDTODEVICE)
 * one is then forgotten although both live; all that comes of it is that a third, when the other one is closed, gets another
 * real port where it should have got EADDRINUSE. A mapped
 * listener's claim stays, as closed, for as long as connections that it accepted are left: they go on telling the virtual
 * port.
 *
 * <p>Thread-safe. {@link #lock} puts the binds of a sandbox in a row; {@link #enter} alone would already keep two sockets
 * from winning one port, also while two instances of the handler run during a swap.
 */
final class Ledger {

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    /** To say which sockets live the kernel looks through its whole table of connections. */
    static final int SWEEP = 1024;

    private static final int NOT_COUNTED = -1;

    final ReentrantLock lock = new ReentrantLock();
    final Insiders insiders = new Insiders();

    /** Since the last sweep; after a swap what the version before has kept counts. */
    private final AtomicInteger entered = new AtomicInteger(NOT_COUNTED);

    private volatile Snapshot latest = new Snapshot("", Table.EMPTY);
    private volatile boolean full;

    private record Snapshot(String kept, Table table) {}

    /** The claims that have two numbers. Read anew only if what is kept is not what it was last time. */
    Table remapped(State state) {
        String kept = state.get(Layout.REMAPPED, String.class).orElse("");
        Snapshot known = latest;
        // The same object as last time, mostly.
        if (!known.kept.equals(kept)) {
            known = new Snapshot(kept, kept.isEmpty() ? Table.EMPTY : new Table(Layout.claims(kept)));
            latest = known;
        }
        return known.table;
    }

    /** The claims of other sockets on the same virtual port that overlap {@code wish}. */
    List<Claim> rivals(State state, Claim wish) {
        return rivals(Layout.on(state, wish.protocol(), wish.virtual()), wish);
    }

    private static List<Claim> rivals(List<Claim> claims, Claim wish) {
        if (claims.isEmpty()) {
            return claims;
        }
        List<Claim> rivals = new ArrayList<>(claims.size());
        for (Claim claim : claims) {
            if (claim.rivals(wish)) {
                rivals.add(claim);
            }
        }
        return rivals;
    }

    /** Whether a socket that holds a port got it by a bind in this sandbox. */
    boolean lists(State state, int protocol, Holder holder) {
        return remapped(state).lists(holder.cookie())
                || Layout.on(state, protocol, holder.local().port()).stream()
                        .anyMatch(claim -> claim.listed() == holder.cookie());
    }

    /** Whether a socket that holds a port is one of this sandbox. */
    boolean isInside(State state, int protocol, Holder holder) {
        return insiders.contains(holder.cookie()) || lists(state, protocol, holder);
    }

    /**
     * Enters a claim for a socket that is bound. Where there is no room for it, a port that is what it seems to be works
     * without: only conflicts inside the sandbox suffer.
     *
     * @param alone whether the kernel gave the port to this socket as to the only one
     * @return whether the virtual port is the socket's: {@code false} if another socket has it under another real port
     * @throws IllegalStateException if there is no room for a claim that must be translated
     */
    boolean enter(State state, Claim claim, boolean alone, SandboxContext sandbox) {
        try {
            return enter(state, claim, alone);
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

    private boolean enter(State state, Claim claim, boolean alone) {
        boolean[] won = new boolean[1];
        state.update(Layout.key(claim.protocol(), claim.virtual()), old -> {
            List<Claim> rivals = rivals(Layout.claims(old), claim);
            won[0] = rivals.stream().allMatch(rival -> rival.real() == claim.real());
            if (!won[0]) {
                return old;
            }
            return Layout.with(alone && !claim.remapped() ? Layout.without(old, rivals) : old, claim);
        });
        if (won[0]) {
            Layout.index(state, remapped(state).of(claim.cookie()), claim);
            entered.incrementAndGet();
        }
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
        List<Claim> dropped = new ArrayList<>();
        for (Claim claim : gone) {
            if (!hasConnections(ports, claim)) {
                dropped.add(claim);
            } else if (!claim.closed()) {
                Layout.replace(state, claim.asClosed());
            }
        }
        Layout.drop(state, dropped);
    }

    /** Whether connections are left that know a port by two numbers, and nobody else has taken it since. */
    private static boolean hasConnections(Ports ports, Claim claim) {
        if (!claim.remapped() || claim.protocol() == Claim.UDP) {
            return false;
        }
        List<Holder> holders = ports.holders(claim.question(), claim.real());
        return !holders.isEmpty() && holders.stream().noneMatch(Holder::bound);
    }

    /** Drops all claims whose sockets are gone, if enough have come since it was last done. */
    void sweep(State state, Ports ports) {
        if (entered.get() == NOT_COUNTED) {
            entered.set(Layout.all(state).size());
        }
        if (entered.get() >= SWEEP) {
            entered.set(0);
            living(state, ports, Layout.all(state));
        }
    }
}
