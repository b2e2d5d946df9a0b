package org.sluice.core.sandbox;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.Approvals;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxEvents;
import org.sluice.core.SandboxFactory;
import org.sluice.core.SandboxSpec;
import org.sluice.core.StartException;
import org.sluice.core.approval.ApprovalSettings;
import org.sluice.core.approval.Backends;
import org.sluice.core.approval.Bureau;
import org.sluice.core.approval.Remembered;
import org.sluice.core.approval.SandboxApprovals;
import org.sluice.core.chain.ChainTimeouts;
import org.sluice.core.chain.HandlerRegistry;
import org.sluice.core.pump.Watchdog;
import org.sluice.core.spawn.Reaper;
import org.sluice.core.spawn.Spawner;
import org.sluice.landlock.Landlock;
import org.sluice.landlock.Ruleset;
import org.sluice.linux.Descriptor;
import org.sluice.notify.SandboxContext;
import org.sluice.policy.Approvers;
import org.sluice.policy.Profile;
import org.sluice.target.Interruptions;

/**
 * All sandboxes of this JVM, and what they share: threads, the guard's domain, the registry of handlers. Closing it ends
 * every sandbox. Thread-safe.
 */
public final class Supervisor implements SandboxFactory, AutoCloseable {

    /** Scopes came with this ABI; without them a guard cannot end what its target left behind. */
    private static final int ABI_WITH_SCOPES = 6;

    private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

    private final SupervisorSettings settings;
    private final HandlerRegistry registry;
    private final Premises premises;
    private final ProcessTraits traits = ProcessTraits.read();
    private final DenyJudge refusals = new DenyJudge();
    private final Spawner spawner = new Spawner();
    private final Reaper reaper = new Reaper();
    private final Watchdog watchdog = new Watchdog();
    private final Interruptions interruptions = new Interruptions();
    private final TemporaryFolders folders;
    private final Optional<Descriptor> guardDomain;
    private final Map<String, RunningSandbox> sandboxes = new ConcurrentHashMap<>();
    private final List<SandboxEvents> listeners = new CopyOnWriteArrayList<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final Supplier<Bureau> bureau;
    private volatile Duration awaitHandlers;

    /** A supervisor that asks nobody but by its shell and by webhooks; the registry stays the caller's. */
    public Supervisor(SupervisorSettings settings, HandlerRegistry registry) {
        this(settings, registry, ApprovalSettings::standard, Backends.NONE);
    }

    /**
     * A supervisor; the registry stays the caller's.
     *
     * @param approvals how it asks for approvals, looked up at each question
     * @param backends whom it asks, beside its shell and webhooks
     */
    public Supervisor(
            SupervisorSettings settings,
            HandlerRegistry registry,
            Supplier<ApprovalSettings> approvals,
            Backends backends) {
        this.bureau = new Once<>(() -> new Bureau(
                approvals,
                new Remembered(settings.state()),
                backends,
                (sandbox, line) -> announce(each -> each.told(sandbox, line))));
        this.settings = settings;
        this.awaitHandlers = settings.awaitHandlers();
        this.registry = registry;
        this.premises = new Premises(settings.premises());
        this.folders = new TemporaryFolders(settings.temporary(), settings.records());
        this.guardDomain = Landlock.abi() >= ABI_WITH_SCOPES
                ? Optional.of(
                        Ruleset.builder().scopeSignals().scopesAlone().build().create())
                : Optional.empty();
    }

    @Override
    public Sandbox start(SandboxSpec asked) {
        String name = asked.name().isEmpty() ? "s" + numbers.incrementAndGet() : asked.name();
        SandboxSpec spec = new SandboxSpec(name, asked.profile(), asked.command(), asked.options(), asked.source());
        RunningSandbox sandbox = new RunningSandbox(this, spec);
        if (sandboxes.putIfAbsent(name, sandbox) != null) {
            throw new StartException(
                    StartException.Kind.SUPERVISOR,
                    "a sandbox named " + name + " runs already; choose another --name or stop it");
        }
        try {
            sandbox.start();
        } catch (RuntimeException | Error e) {
            sandboxes.remove(name, sandbox);
            throw e;
        }
        folders.sweepOnce();
        return sandbox;
    }

    @Override
    public String explain(SandboxSpec spec) {
        return new RunningSandbox(this, spec).explain();
    }

    @Override
    public List<Sandbox> sandboxes() {
        return List.copyOf(sandboxes.values());
    }

    @Override
    public Optional<Sandbox> sandbox(String name) {
        return Optional.ofNullable(sandboxes.get(name));
    }

    /** Adds somebody who hears of everything from now on. */
    public void add(SandboxEvents events) {
        listeners.add(events);
    }

    /** Takes a listener out. */
    public void remove(SandboxEvents events) {
        listeners.remove(events);
    }

    @Override
    public Approvals approvals() {
        return bureau.get().desk();
    }

    /** The approvals of a sandbox, made at its first question. */
    Supplier<SandboxApprovals> approvals(Profile profile, SandboxContext sandbox) {
        String key = Remembered.key(profile.name());
        return new Once<>(() -> bureau.get().of(key, Approvers.of(profile), sandbox));
    }

    /** What handlers are given now. */
    public ChainTimeouts timeouts() {
        return registry.timeouts();
    }

    /** How long a start or a swap waits for handlers. */
    public Duration awaitHandlers() {
        return awaitHandlers;
    }

    /** Sets other times. They hold from now on, for running sandboxes too. */
    public void configure(ChainTimeouts timeouts, Duration patience) {
        registry.configure(timeouts);
        awaitHandlers = patience;
    }

    /** Ends all sandboxes and waits for it. */
    public void endSandboxes() {
        sandboxes.values().forEach(RunningSandbox::close);
    }

    /** Ends all sandboxes, then the threads. */
    @Override
    public void close() {
        endSandboxes();
        interruptions.close();
        watchdog.close();
        reaper.close();
        spawner.close();
        guardDomain.ifPresent(Descriptor::close);
    }

    void announce(Consumer<SandboxEvents> what) {
        for (SandboxEvents each : listeners) {
            try {
                what.accept(each);
            } catch (RuntimeException e) {
                log.error("a listener failed", e);
            }
        }
    }

    void ended(RunningSandbox sandbox) {
        sandboxes.remove(sandbox.name(), sandbox);
    }

    SupervisorSettings settings() {
        return settings;
    }

    HandlerRegistry registry() {
        return registry;
    }

    TemporaryFolders folders() {
        return folders;
    }

    Premises premises() {
        return premises;
    }

    ProcessTraits traits() {
        return traits;
    }

    Spawner spawner() {
        return spawner;
    }

    DenyJudge refusals() {
        return refusals;
    }

    Reaper reaper() {
        return reaper;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    Interruptions interruptions() {
        return interruptions;
    }

    /** The ruleset of guards, or -1 where the kernel cannot scope signals. */
    int guardDomain() {
        return guardDomain.map(Descriptor::fd).orElse(-1);
    }
}
