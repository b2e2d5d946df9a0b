package org.sluice.core.sandbox;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.sluice.bpf.Listener;
import org.sluice.bpf.Seccomp;
import org.sluice.core.Command;
import org.sluice.core.SandboxSpec;
import org.sluice.core.pump.Pump;
import org.sluice.core.spawn.GuardedProcess;
import org.sluice.core.spawn.LaunchPlan;
import org.sluice.core.spawn.Spawner;
import org.sluice.core.trap.TrapSet;
import org.sluice.linux.Block;
import org.sluice.notify.Bytes;

/** Starts one process in a sandbox: its command, its filter, the pump of its listener. */
final class Launch {

    private static final Bytes TMPDIR = Bytes.utf8("TMPDIR");
    private static final int FILTER_FLAGS =
            Seccomp.FLAG_NEW_LISTENER | Seccomp.FLAG_SPEC_ALLOW | Seccomp.FLAG_WAIT_KILLABLE_RECV;

    private final Supervisor supervisor;
    private final SandboxSpec spec;
    private final Equipment equipment;
    private final Family family;

    Launch(Supervisor supervisor, SandboxSpec spec, Equipment equipment, Family family) {
        this.supervisor = supervisor;
        this.spec = spec;
        this.equipment = equipment;
        this.family = family;
    }

    RunningProcess start(Command command) {
        Block filter = equipment.filter().toBlock();
        AtomicReference<Pump> pump = new AtomicReference<>();
        GuardedProcess process = supervisor.spawner().start(plan(command, filter), listener -> {
            Pump made = pump(listener);
            pump.set(made);
            made.start();
        });
        family.add(process.guardPid());
        process.onEnd(status -> family.remove(process.guardPid()));
        supervisor
                .reaper()
                .watch(process, () -> JobControl.follow(process, spec.options(), supervisor.interruptions()::size));
        return new RunningProcess(process, Objects.requireNonNull(pump.get()));
    }

    private Pump pump(int fd) {
        Listener listener = new Listener(fd);
        // Unknown before 6.6, where it is only slower.
        listener.setSyncWakeUp(true);
        return new Pump(
                spec.name(),
                listener,
                equipment
                        .calls()
                        .intake(
                                listener,
                                equipment.chain(),
                                equipment.refusals().of(family)),
                supervisor.watchdog(),
                supervisor.traits().pollBeforeReceive());
    }

    private LaunchPlan plan(Command command, Block filter) {
        ProcessTraits traits = supervisor.traits();
        Map<Bytes, Bytes> environment =
                new HashMap<>(equipment.profile().environment().apply(command.environment()));
        Bytes folder = Bytes.utf8(equipment.folder().path().toString());
        // A profile that does not extend default may grant no $TMP; programs would then fail in a folder that they
        // cannot use.
        if (equipment.broker().grants().allow(folder, true, true)) {
            environment.put(TMPDIR, folder);
        }
        return new LaunchPlan(
                CommandPlan.candidates(command.withEnvironment(environment)),
                command.arguments(),
                CommandPlan.environment(environment),
                Bytes.utf8(command.directory().map(Object::toString).orElse("")),
                command.stdio(),
                command.passed(),
                CommandPlan.limits(Limits.resources(equipment.profile(), command.limits())),
                traits.ignoredSignals(),
                traits.blockedSignals(),
                Capabilities.mask(equipment.profile().capabilities()),
                traits.lastCapability(),
                equipment.ruleset().fd(),
                supervisor.guardDomain(),
                filter.address(),
                FILTER_FLAGS,
                isAnsweredEarly());
    }

    private boolean isAnsweredEarly() {
        TrapSet traps = equipment.chain().trapSet();
        return traps.everything() || traps.traps().stream().anyMatch(trap -> Spawner.isMadeUnderFilter(trap.number()));
    }

    /** Lets another thread receive, if this one is a pump's. */
    static void yieldLead() {
        Pump.yieldLeadOfThisThread();
    }
}
