package org.sluice.core.sandbox;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.sluice.core.Command;
import org.sluice.core.ExitStatus;
import org.sluice.core.HandlerStatus;
import org.sluice.core.Latency;
import org.sluice.core.Links;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxSpec;
import org.sluice.core.StartException;
import org.sluice.core.TargetProcess;
import org.sluice.core.TraceFeed;
import org.sluice.notify.Event;
import org.sluice.policy.DenialLog;
import org.sluice.policy.DenialRecord;
import org.sluice.policy.PolicyException;
import org.sluice.policy.Profile;
import org.sluice.policy.RuleSet;

/** One sandbox, from its start until its last process has ended and everything that it held is released. */
final class RunningSandbox implements Sandbox {

    private static final int SIGKILL = 9;

    private final Supervisor supervisor;
    private final SandboxSpec spec;
    private final Family family = new Family();
    private final DenialLog denials = new DenialLog();
    private final Holdings holdings = new Holdings();
    private final List<RunningProcess> processes = new CopyOnWriteArrayList<>();
    private final CompletableFuture<ExitStatus> end = new CompletableFuture<>();
    private volatile @Nullable Equipment equipment;
    private @Nullable RunningProcess main;
    /** Held while handlers are told of a new profile, which their code may take its time for. */
    private final Object reloading = new Object();

    private boolean ending;
    private volatile boolean timedOut;
    private volatile CompletableFuture<?> limit = CompletableFuture.completedFuture(null);

    RunningSandbox(Supervisor supervisor, SandboxSpec spec) {
        this.supervisor = supervisor;
        this.spec = spec;
    }

    /** Starts the first process; after a failure nothing is left. */
    void start() {
        try {
            Equipment made = Equipment.of(supervisor, spec, family, denials, Launch::yieldLead, holdings);
            equipment = made;
            if (!made.lost().isEmpty()) {
                supervisor.announce(each -> each.told(name(), "not enforced here: " + String.join("; ", made.lost())));
            }
            RunningProcess first = launch(made, spec.command());
            main = first;
            supervisor.announce(each -> each.started(this));
            first.guarded().onEnd(this::endWith);
            Limits.millis(made.profile()).ifPresent(this::endAfter);
        } catch (RuntimeException | Error e) {
            holdings.close();
            throw e;
        }
    }

    /** What a start would do. */
    String explain() {
        try {
            Equipment made = Equipment.of(supervisor, spec, family, denials, Launch::yieldLead, holdings);
            return Explanation.of(spec, made);
        } finally {
            holdings.close();
        }
    }

    private RunningProcess launch(Equipment made, Command command) {
        RunningProcess process = new Launch(supervisor, spec, made, family).start(command);
        processes.add(process);
        return process;
    }

    /** Kills the first process, and with it the sandbox, if it has not ended by itself. */
    private void endAfter(long millis) {
        limit = main().exit().orTimeout(millis, TimeUnit.MILLISECONDS).handle((status, failure) -> {
            if (failure instanceof TimeoutException) {
                timedOut = true;
                main().signal(SIGKILL);
                String message = "the time limit of " + millis + " ms is over; sandbox " + name() + " was ended";
                supervisor.announce(each -> each.told(name(), message));
            }
            return null;
        });
    }

    /** Ends the other processes, waits for them and releases everything; on a thread of its own, since it waits. */
    private void endWith(ExitStatus status) {
        Thread thread = new Thread(
                () -> {
                    synchronized (this) {
                        ending = true;
                    }
                    for (RunningProcess process : processes) {
                        process.signal(SIGKILL);
                    }
                    for (RunningProcess process : processes) {
                        process.exit().join();
                        awaitUninterruptibly(process);
                    }
                    // What it has to say comes before the end.
                    limit.join();
                    holdings.close();
                    supervisor.ended(this);
                    supervisor.announce(each -> each.ended(this, status));
                    end.complete(status);
                },
                "sluice-end-" + name());
        thread.setDaemon(true);
        thread.start();
    }

    private static void awaitUninterruptibly(RunningProcess process) {
        boolean interrupted = false;
        while (true) {
            try {
                process.pump().awaitEnd();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public TargetProcess main() {
        if (main == null) {
            throw new IllegalStateException("sandbox " + name() + " has not started");
        }
        return main;
    }

    @Override
    public TargetProcess exec(Command command) {
        synchronized (this) {
            if (ending) {
                throw new StartException(StartException.Kind.SUPERVISOR, "sandbox " + name() + " is ending");
            }
            return launch(equipment(), command);
        }
    }

    @Override
    public RuleSet rules() {
        return equipment().rules();
    }

    @Override
    public Profile profile() {
        return equipment().profile();
    }

    @Override
    public List<String> reload() {
        List<String> kept;
        Reload reload;
        synchronized (reloading) {
            Equipment present = equipment();
            if (rules().isLocked()) {
                throw new PolicyException("sandbox " + name() + " is locked, so its profile stays; start it anew");
            }
            reload = present.reload(spec, present.read(spec));
            equipment = present.with(reload.effective());
            kept = reload.apply(present.chain());
        }
        supervisor.announce(each -> each.event(
                name(),
                new Event("profile-reload", Map.of("profile", reload.effective().name()))));
        return kept;
    }

    @Override
    public List<DenialRecord> denials() {
        return denials.records();
    }

    @Override
    public DenialLog.Summary denialSummary() {
        return denials.summary();
    }

    @Override
    public List<HandlerStatus> handlers() {
        return equipment().chain().statuses();
    }

    @Override
    public Map<String, Latency> latencies() {
        return equipment().chain().latencies();
    }

    @Override
    public TraceFeed trace() {
        return equipment().chain().trace();
    }

    @Override
    public Map<String, Object> state(String handler) {
        return equipment().chain().state(handler);
    }

    @Override
    public void release(String handler) {
        equipment().chain().release(handler);
    }

    @Override
    public Optional<Links> links() {
        return equipment().network().map(NetworkLinks::new);
    }

    @Override
    public boolean timedOut() {
        return timedOut;
    }

    @Override
    public CompletableFuture<ExitStatus> end() {
        return end.copy();
    }

    @Override
    public void close() {
        main().signal(SIGKILL);
        end.join();
    }

    private Equipment equipment() {
        Equipment present = equipment;
        if (present == null) {
            throw new IllegalStateException("sandbox " + name() + " has not started");
        }
        return present;
    }
}
