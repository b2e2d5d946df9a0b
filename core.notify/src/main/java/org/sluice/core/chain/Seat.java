package org.sluice.core.chain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.trap.Trap;
import org.sluice.core.trap.TrapParser;
import org.sluice.notify.Event;
import org.sluice.notify.Settings;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.VirtualFiles;

/**
 * A name in the chain of one sandbox. Handlers come and go on it; at most one is active. Changes are made under the lock
 * of the name in the registry; calls only read {@link #active}.
 */
final class Seat {

    private static final Logger LOG = LoggerFactory.getLogger(Seat.class);

    private final SandboxChain chain;
    private final String name;
    private volatile Settings settings;
    private final boolean required;
    private final HandlerMetrics metrics = new HandlerMetrics();
    private final Quarantine quarantine;
    /** Why registered handlers of this name cannot be active here; guarded by the lock of the name. */
    private final Map<Instance, String> refused = new HashMap<>();

    private volatile @Nullable Binding active;
    private volatile @Nullable Shape shape;
    /** Until when calls wait for a successor, by {@link System#nanoTime}. */
    private volatile long vacantUntil = System.nanoTime();

    Seat(SandboxChain chain, String name, Settings settings, boolean required) {
        this.chain = chain;
        this.name = name;
        this.settings = settings;
        this.required = required;
        this.quarantine = new Quarantine(() -> chain.timeouts().window().toNanos());
    }

    String name() {
        return name;
    }

    HandlerMetrics metrics() {
        return metrics;
    }

    Quarantine quarantine() {
        return quarantine;
    }

    @Nullable
    Binding active() {
        return active;
    }

    /** What is known of the handler that is or was active. */
    @Nullable
    Shape shape() {
        return shape;
    }

    SandboxChain chain() {
        return chain;
    }

    boolean isRequired() {
        return required || decides();
    }

    boolean decides() {
        Shape known = shape;
        return known != null && known.stage() == Stage.DECIDE;
    }

    /** Whether a call has to be refused while nobody sits here. */
    boolean isRequiredFor(Notification notification) {
        Shape known = shape;
        return chain.isClosed() || (isRequired() && (known == null || known.wants(notification)));
    }

    /** Claims the active handler for a call, waiting for a successor if one left just now; {@code null} if none is. */
    @Nullable
    Binding claim(CallRun run) {
        for (; ; ) {
            Binding binding = active;
            if (binding == null) {
                if (!awaitSuccessor(run)) {
                    return null;
                }
            } else if (binding.claim()) {
                return binding;
            }
        }
    }

    private boolean awaitSuccessor(CallRun run) {
        if (active != null) {
            return true;
        }
        Shape known = shape;
        boolean concerned = known == null || known.wants(run.notification());
        if (!concerned || chain.isClosed() || vacantUntil - System.nanoTime() <= 0) {
            return false;
        }
        run.enterCore();
        boolean found = false;
        try {
            found = awaitActive();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!run.exitCore()) {
            throw new Withdrawn();
        }
        return found;
    }

    private synchronized boolean awaitActive() throws InterruptedException {
        while (active == null && !chain.isClosed()) {
            long left = vacantUntil - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return active != null;
    }

    synchronized void wake() {
        notifyAll();
    }

    /** Makes the best of {@code candidates} active. Called under the lock of the name. */
    void reconsider(List<Instance> candidates) {
        for (Instance candidate : candidates) {
            Binding present = active;
            if (present != null && present.instance() == candidate) {
                return;
            }
            if (!refused.containsKey(candidate) && activate(candidate)) {
                return;
            }
        }
        vacate(chain.timeouts().grace().toNanos());
    }

    /** Forgets a handler that left. Called under the lock of the name. */
    void forget(Instance instance) {
        refused.remove(instance);
    }

    /** Why a registered handler is not active here. Called under the lock of the name. */
    @Nullable
    String refusal(Instance instance) {
        return refused.get(instance);
    }

    /**
     * Lets the active handler serve under other settings. One that cannot stays under those that it has. Called under the
     * lock of the name.
     *
     * @return why it cannot, or nothing
     */
    String reconfigure(Settings next) {
        Settings before = settings;
        settings = next;
        Binding present = active;
        if (present == null || activate(present.instance())) {
            return "";
        }
        settings = before;
        return String.valueOf(refused.remove(present.instance()));
    }

    private boolean activate(Instance instance) {
        SyscallHandler handler = instance.handler();
        if (handler == null) {
            return false;
        }
        HandlerDescription description = instance.description();
        try {
            List<Trap> traps = narrow(handler, description);
            Places places = places(handler, description);
            if (chain.spec().state().needsMigration(name, description.schema())) {
                migrate(handler, description.schema());
            }
            install(instance, traps, places);
            return true;
        } catch (Throwable e) {
            // Handler code ran: whatever it threw, this version is not fit for this sandbox.
            refused.put(instance, String.valueOf(e.getMessage()));
            LOG.warn("handler {} stands by in {}: {}", instance, chain.name(), e.toString());
            return false;
        }
    }

    /**
     * Goes through what it takes to make a handler active here, and changes nothing: its traps, its files, its migration,
     * its smoke call. Takes no lock, because code of the handler runs for as long as it likes.
     *
     * @throws RuntimeException if the handler is not fit, whatever its code throws
     */
    void rehearse(Instance instance) {
        SyscallHandler handler = instance.handler();
        if (handler == null) {
            throw new IllegalStateException("it has left");
        }
        HandlerDescription description = instance.description();
        narrow(handler, description);
        places(handler, description);
        Map<String, Object> state = chain.spec().state().rehearse(name, description.schema(), handler::migrate);
        handler.smoke(settings, state);
    }

    private List<Trap> narrow(SyscallHandler handler, HandlerDescription description) {
        List<String> declared = description.traps().stream().map(Trap::text).toList();
        List<Trap> narrowed = new ArrayList<>();
        for (String text : handler.traps(settings, declared)) {
            Trap trap = TrapParser.parse(text, chain.names());
            if (description.traps().stream().noneMatch(trap::implies)) {
                throw new IllegalArgumentException("traps() returned \"" + text + "\", which @Traps does not include");
            }
            narrowed.add(trap);
        }
        return narrowed;
    }

    private Places places(SyscallHandler handler, HandlerDescription description) {
        if (!(handler instanceof VirtualFiles files) || !chain.spec().virtualFiles()) {
            return Places.NONE;
        }
        Places places = Places.of(files.paths(settings), chain.names());
        boolean mayAnswer = description.stage() == Stage.TRANSLATE || description.stage() == Stage.ANSWER;
        if (!mayAnswer && !places.traps().isEmpty()) {
            throw new IllegalArgumentException("a handler of stage " + description.stage()
                    + " contributes no virtual files; make it one of ANSWER");
        }
        return places;
    }

    /** The old version has to be out before its state is changed under it. */
    private void migrate(SyscallHandler handler, int schema) {
        Binding old = active;
        if (old != null) {
            ChainTimeouts timeouts = chain.timeouts();
            vacate(timeouts.drain().plus(timeouts.budget()).toNanos());
            if (!old.awaitIdle(System.nanoTime() + timeouts.drain().toNanos())) {
                chain.evict(old.instance());
            }
        }
        chain.spec().state().migrate(name, schema, handler::migrate);
    }

    private void install(Instance instance, List<Trap> traps, Places places) {
        HandlerDescription description = instance.description();
        Binding old = active;
        Shape next = new Shape(
                description.stage(), description.ranking(), description.access(), traps, places, description.origin());
        Binding binding = new Binding(this, instance, next, chain.spec().state().open(name, description.schema()));
        quarantine.release();
        shape = next;
        active = binding;
        chain.reroute();
        wake();
        if (old != null) {
            old.retire();
        }
    }

    private void vacate(long patience) {
        Binding old = active;
        if (old != null) {
            vacantUntil = System.nanoTime() + patience;
            active = null;
            old.retire();
        }
    }

    /** Takes the handler out for good, when the sandbox ends. Called under the lock of the name. */
    Optional<Binding> close() {
        Optional<Binding> old = Optional.ofNullable(active);
        vacate(0);
        wake();
        return old;
    }

    /** Counts a failure of the handler. */
    void failed(String reason, @Nullable Throwable cause) {
        metrics.failed();
        LOG.warn("handler {} failed a call of {}: {}", name, chain.name(), reason, cause);
        if (quarantine.failed(System.nanoTime())) {
            LOG.error(
                    "handler {} is in quarantine in {}: {} failures in {} s",
                    name,
                    chain.name(),
                    Quarantine.LIMIT,
                    chain.timeouts().window().toSeconds());
            chain.event(new Event("quarantine", Map.of("handler", name, "reason", reason)));
        }
    }
}
