package org.sluice.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.notify.Address;
import org.sluice.notify.Rule;

/**
 * The learned layer, newest first. A rule ends with its socket: that is asked when the rule would decide, and of all rules
 * when their number has doubled since the last time. Several sockets may own one rule (SO_REUSEPORT); it ends with the last
 * of them.
 *
 * <p>Learning costs the same however many rules there are, since programs bind more often than a learned rule decides; the
 * array that is walked for a decision is made at the first decision after a change.
 */
final class Learned {

    private static final Logger LOG = LoggerFactory.getLogger(Learned.class);

    /** Owners of one rule that are kept when they are looked through; beyond it the oldest are forgotten. */
    private static final int OWNERS = 768;

    /** After so many more owners it is asked which live: the kernel looks through its whole table for the answer. */
    private static final int FEW = 256;

    private static final int FIRST_SWEEP = 1024;

    private final Liveness liveness;
    private final int bound;

    /** Oldest first; guarded by this. */
    private final Map<Rule, Item> byRule = new LinkedHashMap<>();

    /** Newest first; {@code null} since the last change. */
    private volatile Item @Nullable [] items = {};

    private int sweepAt = FIRST_SWEEP;

    /** A full list of living sockets is not asked about again for each rule that comes. */
    private int sinceSweep;

    private long dropped;

    private record Item(Entry entry, Owners owners) {}

    /** Newest first, and never changed: a program that binds again and again adds one each time. */
    private record Owners(SocketId newest, @Nullable Owners older, int size) {

        List<SocketId> list() {
            List<SocketId> all = new ArrayList<>(size);
            for (Owners at = this; at != null; at = at.older) {
                all.add(at.newest);
            }
            return all;
        }
    }

    Learned(Liveness liveness, int bound) {
        this.liveness = liveness;
        this.bound = bound;
    }

    /** The newest rule that matches and whose socket lives. */
    @Nullable
    Entry first(int operation, Address address) {
        for (Item item : items()) {
            if (item.entry.matches(operation, address)) {
                if (isAlive(item.owners)) {
                    return item.entry;
                }
                remove(item);
            }
        }
        return null;
    }

    /** The newest owner is asked alone: most often it is the one that lives, and one listener is found fast. */
    private boolean isAlive(Owners owners) {
        return liveness.alive(owners.newest)
                || (owners.older != null && !liveness.alive(owners.older.list()).isEmpty());
    }

    private Item[] items() {
        Item[] known = items;
        return known != null ? known : list();
    }

    private synchronized Item[] list() {
        Item[] all = new Item[byRule.size()];
        int at = all.length;
        for (Item item : byRule.values()) {
            all[--at] = item;
        }
        items = all;
        return all;
    }

    void add(Rule rule, SocketId owner) {
        if (!rule.allow()) {
            LOG.warn("{} was not learned: only what is allowed can be learned", rule);
            return;
        }
        Entry entry;
        try {
            entry = new Entry(rule, "learned");
        } catch (PolicyException e) {
            LOG.warn("{} was not learned: {}", rule, e.getMessage());
            return;
        }
        add(entry, owner);
    }

    private synchronized void add(Entry entry, SocketId owner) {
        Item old = byRule.remove(entry.rule());
        byRule.put(entry.rule(), new Item(entry, old == null ? new Owners(owner, null, 1) : join(owner, old.owners)));
        sinceSweep++;
        boolean full = byRule.size() > bound && sinceSweep > bound / 8;
        if (full || byRule.size() >= sweepAt) {
            sweep(owner);
            sweepAt = Math.max(FIRST_SWEEP, 2 * byRule.size());
            sinceSweep = 0;
        }
        while (byRule.size() > bound) {
            Rule oldest = byRule.keySet().iterator().next();
            byRule.remove(oldest);
            dropped++;
            // A target that binds without end must not fill the log: said at the first, and whenever they have doubled.
            if (Long.bitCount(dropped) == 1) {
                LOG.warn(
                        "{} is no longer learned: more than {} rules were; dropped in this sandbox: {}",
                        oldest,
                        bound,
                        dropped);
            }
        }
        items = null;
    }

    /** The new owner before the old ones; whenever many have come, those that are gone are left out. */
    private Owners join(SocketId owner, Owners old) {
        if (old.newest.equals(owner)) {
            return old;
        }
        if (old.size % FEW != 0) {
            return new Owners(owner, old, old.size + 1);
        }
        List<SocketId> all = old.list();
        Set<SocketId> living = liveness.alive(all);
        List<SocketId> kept = new ArrayList<>();
        for (SocketId other : all) {
            if (living.contains(other) && !other.equals(owner) && kept.size() < OWNERS) {
                kept.add(other);
            }
        }
        Owners owners = null;
        for (int i = kept.size() - 1; i >= 0; i--) {
            owners = new Owners(kept.get(i), owners, kept.size() - i);
        }
        return new Owners(owner, owners, kept.size() + 1);
    }

    /** {@code newest} has made the rule of a bind that has not returned yet. */
    private void sweep(SocketId newest) {
        Set<SocketId> owners = new HashSet<>();
        byRule.values().forEach(item -> owners.addAll(item.owners.list()));
        Set<SocketId> living = liveness.alive(owners);
        byRule.values().removeIf(item -> {
            List<SocketId> own = item.owners.list();
            return !own.contains(newest) && Collections.disjoint(own, living);
        });
    }

    private synchronized void remove(Item gone) {
        if (byRule.remove(gone.entry.rule(), gone)) {
            items = null;
        }
    }

    List<Entry> oldestFirst() {
        List<Entry> entries = new ArrayList<>();
        for (Item item : items()) {
            entries.add(0, item.entry);
        }
        return entries;
    }
}
