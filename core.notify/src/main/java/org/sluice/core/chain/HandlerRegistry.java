package org.sluice.core.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.HandlerStatus;
import org.sluice.core.trap.Names;
import org.sluice.notify.SyscallHandler;

/**
 * All handlers of a supervisor. Handlers come and go while calls run; of those with one name the best is active: the
 * highest ranking, then the newest version. A handler that leaves is out of every chain when
 * {@link Registration#close} returns. Thread-safe.
 */
public final class HandlerRegistry implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HandlerRegistry.class);

    private volatile ChainTimeouts timeouts;
    private final Names names;
    private final Map<String, Slot> slots = new ConcurrentHashMap<>();
    private final List<SandboxChain> chains = new CopyOnWriteArrayList<>();
    private final Map<Long, Trial> trials = new ConcurrentHashMap<>();
    private final Watchdog watchdog;

    /** A registry with a thread of its own, until {@link #close}. */
    public HandlerRegistry(ChainTimeouts timeouts, Names names) {
        this.timeouts = timeouts;
        this.names = names;
        this.watchdog = new Watchdog(this);
        watchdog.start();
    }

    /** Adds a handler. When this returns it is active wherever it is the best of its name and takes part. */
    public Registration add(SyscallHandler handler, HandlerDescription description) {
        return add(handler, description, Instance.NO_BUNDLE);
    }

    /**
     * The same for a handler of a bundle. While there is a {@link #trial} of that bundle it is registered and not active.
     *
     * @param bundle the bundle's identifier
     */
    public Registration add(SyscallHandler handler, HandlerDescription description, long bundle) {
        Trial trial = trials.get(bundle);
        Instance instance = new Instance(handler, description, bundle, trial != null);
        Slot slot = slot(description.name());
        slot.add(instance);
        if (trial != null && !trial.arrived(instance)) {
            slot.admit(instance);
        }
        LOG.info("handler {} is registered{}", instance, Participation.describe(instance, chains));
        AtomicBoolean gone = new AtomicBoolean();
        return new Registration() {
            @Override
            public HandlerDescription description() {
                return description;
            }

            @Override
            public void close() {
                if (!gone.getAndSet(true)) {
                    slot.remove(instance);
                    LOG.info("handler {} has left", instance);
                }
            }
        };
    }

    /**
     * Begins the trial of a bundle's handlers: those that come from it until the trial is closed are active nowhere, unless
     * the trial accepts them.
     *
     * @throws IllegalStateException if there is one already
     */
    public Trial trial(long bundle) {
        Trial trial = new Trial(this, bundle);
        if (trials.putIfAbsent(bundle, trial) != null) {
            throw new IllegalStateException("bundle " + bundle + " is being tried already");
        }
        return trial;
    }

    void end(Trial trial) {
        trials.remove(trial.bundle(), trial);
    }

    /** The bundle whose handler of a name comes first; empty if there is none. */
    public OptionalLong bundleOf(String name) {
        Slot slot = slots.get(name);
        return slot == null
                ? OptionalLong.empty()
                : slot.best().map(best -> OptionalLong.of(best.bundle())).orElseGet(OptionalLong::empty);
    }

    /** The names of the handlers that a bundle offers. */
    public Set<String> namesOf(long bundle) {
        Set<String> names = new TreeSet<>();
        slots.forEach((name, slot) -> slot.of(bundle).ifPresent(instance -> names.add(name)));
        return names;
    }

    /** Whether there is a handler of that name. */
    public boolean offers(String name) {
        Slot slot = slots.get(name);
        return slot != null && slot.hasCandidates();
    }

    /** The chain of a new sandbox. */
    public SandboxChain open(ChainSpec spec) {
        SandboxChain chain = new SandboxChain(this, spec);
        for (Seat seat : chain.seats().values()) {
            slot(seat.name()).attach(seat);
        }
        chain.reroute();
        chains.add(chain);
        return chain;
    }

    /** Ends all chains and the registry's thread. */
    @Override
    public void close() {
        chains.forEach(SandboxChain::close);
        watchdog.close();
    }

    void detach(SandboxChain chain) {
        List<Binding> bindings = new ArrayList<>();
        chain.seats().values().forEach(seat -> slot(seat.name()).detach(seat).ifPresent(bindings::add));
        chain.finish(bindings);
        chains.remove(chain);
    }

    List<HandlerStatus> statuses(SandboxChain chain) {
        List<HandlerStatus> all = new ArrayList<>();
        chain.seats().values().forEach(seat -> all.addAll(slot(seat.name()).statuses(seat)));
        new TreeMap<>(slots).forEach((name, slot) -> {
            if (!chain.seats().containsKey(name)) {
                all.addAll(slot.unused());
            }
        });
        return all;
    }

    List<SandboxChain> chains() {
        return chains;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    /** What traps are read with. */
    public Names names() {
        return names;
    }

    /** The times that hold now. */
    public ChainTimeouts timeouts() {
        return timeouts;
    }

    /** Sets other times. They hold from now on, for running sandboxes too. */
    public void configure(ChainTimeouts next) {
        timeouts = next;
    }

    Slot slot(String name) {
        return slots.computeIfAbsent(name, n -> new Slot(this::timeouts));
    }
}
