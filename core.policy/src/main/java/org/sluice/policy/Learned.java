package org.sluice.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.notify.Address;
import org.sluice.notify.Rule;

/**
 * The learned layer, newest first. A rule ends with its socket: that is asked when the rule would decide, and of all rules
 * when the list has doubled since the last time. Several sockets may own one rule (SO_REUSEPORT); it ends with the last of
 * them.
 */
final class Learned {

    private static final Logger LOG = LoggerFactory.getLogger(Learned.class);

    /** Owners of one rule that are kept; beyond it the oldest is forgotten. */
    private static final int OWNERS = 64;

    /** Below this number of owners nobody asks whether they live: a rebind costs nothing. */
    private static final int FEW = 8;

    private static final int FIRST_SWEEP = 64;

    private final Liveness liveness;
    private final int bound;
    private volatile Item[] items = {};
    private int sweepAt = FIRST_SWEEP;

    /** A full list of living sockets is not asked about again for each rule that comes. */
    private int sinceSweep;

    private record Item(Entry entry, List<SocketId> owners) {}

    Learned(Liveness liveness, int bound) {
        this.liveness = liveness;
        this.bound = bound;
    }

    /** The newest rule that matches and whose socket lives. */
    @Nullable
    Entry first(int operation, Address address) {
        for (Item item : items) {
            if (item.entry.matches(operation, address)) {
                for (SocketId owner : item.owners) {
                    if (liveness.alive(owner)) {
                        return item.entry;
                    }
                }
                remove(item);
            }
        }
        return null;
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
        List<Item> list = new ArrayList<>(items.length + 1);
        List<SocketId> owners = List.of(owner);
        for (Item item : items) {
            if (item.entry.rule().equals(entry.rule())) {
                owners = join(owner, item.owners);
            } else {
                list.add(item);
            }
        }
        list.add(0, new Item(entry, owners));
        sinceSweep++;
        boolean full = list.size() > bound && sinceSweep > bound / 8;
        if (full || list.size() >= sweepAt) {
            sweep(list);
            sweepAt = Math.max(FIRST_SWEEP, 2 * list.size());
            sinceSweep = 0;
        }
        while (list.size() > bound) {
            Item oldest = list.remove(list.size() - 1);
            LOG.warn("{} is no longer learned: more than {} rules were", oldest.entry.rule(), bound);
        }
        items = list.toArray(Item[]::new);
    }

    /** The new owner before the old ones; those that are gone are left out once they are many. */
    private List<SocketId> join(SocketId owner, List<SocketId> old) {
        List<SocketId> owners = new ArrayList<>();
        owners.add(owner);
        Set<SocketId> living = old.size() < FEW ? Set.copyOf(old) : liveness.alive(old);
        for (SocketId other : old) {
            if (!other.equals(owner) && living.contains(other) && owners.size() < OWNERS) {
                owners.add(other);
            }
        }
        return List.copyOf(owners);
    }

    private void sweep(List<Item> list) {
        Set<SocketId> all = new HashSet<>();
        list.forEach(item -> all.addAll(item.owners));
        // The newest is the rule of a bind that has not returned yet.
        SocketId newest = list.get(0).owners.get(0);
        Set<SocketId> living = liveness.alive(all);
        list.removeIf(item -> !item.owners.contains(newest) && Collections.disjoint(item.owners, living));
    }

    private synchronized void remove(Item gone) {
        items = Arrays.stream(items).filter(item -> !item.equals(gone)).toArray(Item[]::new);
    }

    List<Entry> oldestFirst() {
        List<Entry> entries = new ArrayList<>();
        for (Item item : items) {
            entries.add(0, item.entry);
        }
        return entries;
    }
}
