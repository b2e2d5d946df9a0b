package org.sluice;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.sluice.core.Approvals;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxEvents;
import org.sluice.core.SandboxFactory;
import org.sluice.core.SandboxSpec;
import org.sluice.core.StartException;
import org.sluice.core.approval.ApprovalSettings;
import org.sluice.core.approval.Backends;
import org.sluice.core.chain.HandlerDescription;
import org.sluice.core.chain.HandlerRegistry;
import org.sluice.core.chain.Registration;
import org.sluice.core.sandbox.Supervisor;
import org.sluice.core.sandbox.SupervisorSettings;
import org.sluice.core.trap.HostNames;
import org.sluice.handler.bind.SafeBind;
import org.sluice.handler.connect.NetworkRules;
import org.sluice.handler.netlink.VirtualInterfaces;
import org.sluice.handler.openat.FileBroker;
import org.sluice.handler.portmap.PortMapping;
import org.sluice.handler.procfs.ProcessFiles;
import org.sluice.handler.unix.UnixAllowlist;
import org.sluice.notify.SyscallHandler;

/**
 * A supervisor inside this JVM. It starts child processes as {@link ProcessBuilder} does, each in a sandbox:
 *
 * <pre>{@code
 * try (Sluice sluice = Sluice.open()) {
 *     SandboxedProcess process = sluice.process("python3", "untrusted.py").start();
 *     String text = new String(process.getInputStream().readAllBytes(), UTF_8);
 *     int status = process.waitFor();
 *     process.sandbox().denials().forEach(System.err::println);
 * }
 * }</pre>
 *
 * <p>This is the {@link SandboxFactory} that bundles get as a service. The handlers {@code bind}, {@code connect}, {@code netlink},
 * {@code openat}, {@code portmap}, {@code procfs} and {@code unix} are there; a program adds its own with {@link #add(SyscallHandler)}. Closing ends every sandbox with all its processes. So does the end of this JVM, however it comes.
 *
 * <p>The program's own working directory, umask, descriptors, dumpable and subreaper settings are never changed, nor is a
 * signal disposition that it set: the first call that may block takes one real-time signal over whose disposition is the
 * default. Some daemon threads run until {@link #close}. Thread-safe.
 */
public final class Sluice implements SandboxFactory, AutoCloseable {

    /** Below what {@link #add} gives, so that a program's handler takes the place of a ready one of the same name. */
    private static final int READY = -1;

    /** The framework's name for the property. */
    private static final String RANKING = "service.ranking";

    private final HostNames names = new HostNames();
    private final HandlerRegistry registry;
    private final Supervisor supervisor;

    Sluice(SupervisorSettings settings, Backends backends) {
        this.registry = new HandlerRegistry(settings.timeouts(), names);
        for (SyscallHandler ready : List.of(
                new SafeBind(),
                new NetworkRules(),
                new VirtualInterfaces(),
                new FileBroker(),
                new ProcessFiles(),
                new PortMapping(),
                new UnixAllowlist())) {
            add(ready, READY);
        }
        this.supervisor = new Supervisor(settings, registry, ApprovalSettings::standard, backends);
    }

    /**
     * A supervisor with standard settings.
     *
     * @throws org.sluice.linux.SysException if this machine lacks what every sandbox needs
     * @see #with
     */
    public static Sluice open() {
        return with().open();
    }

    /** Begins a supervisor with settings of its own. */
    public static SluiceBuilder with() {
        return new SluiceBuilder();
    }

    /** A command to be started in a new sandbox, with a profile, streams and an environment as they are needed. */
    public SandboxedCommand process(String... command) {
        return new SandboxedCommand(this, List.of(command));
    }

    /**
     * Starts a command in a new sandbox, with the descriptors that the specification names as its streams.
     *
     * @throws StartException if it could not be started; nothing of it is left behind
     */
    @Override
    public Sandbox start(SandboxSpec spec) {
        requireHandlers(spec);
        return supervisor.start(spec);
    }

    /** What {@link #start} would grant, rule and trap, for people. */
    @Override
    public String explain(SandboxSpec spec) {
        requireHandlers(spec);
        return supervisor.explain(spec);
    }

    /** The sandboxes that run. */
    @Override
    public List<Sandbox> sandboxes() {
        return supervisor.sandboxes();
    }

    /** A running sandbox by its name. */
    @Override
    public Optional<Sandbox> sandbox(String name) {
        return supervisor.sandbox(name);
    }

    /** The questions of all sandboxes whose profile has the approval backend {@code shell}: the program is the shell here. */
    @Override
    public Approvals approvals() {
        return supervisor.approvals();
    }

    /**
     * Adds a handler; from now on it serves the sandboxes whose profile names it. It is described by its annotations
     * {@link org.sluice.notify.Handler} and {@link org.sluice.notify.Traps}. One with the name of a ready handler takes its
     * place.
     *
     * @return takes the handler out again
     * @throws IllegalArgumentException if an annotation is missing or a trap cannot be read
     */
    public AutoCloseable add(SyscallHandler handler) {
        return add(handler, READY + 1);
    }

    /**
     * Adds a handler that is described by service properties instead of annotations, as a framework would publish it: {@link
     * SyscallHandler#NAME}, {@link SyscallHandler#STAGE}, {@link SyscallHandler#TRAPS}, and where they differ from the usual
     * {@link SyscallHandler#SCHEMA}, {@link SyscallHandler#ACCESS} and {@code service.ranking}, an {@link Integer}. Of
     * several handlers with one name the highest ranking is active.
     *
     * @return takes the handler out again
     * @throws IllegalArgumentException if a property is missing or wrong, or a trap cannot be read
     */
    public AutoCloseable add(SyscallHandler handler, Map<String, ?> properties) {
        int ranking = properties.get(RANKING) instanceof Integer given ? given : READY + 1;
        String origin = handler.getClass().getName();
        return registry.add(handler, HandlerDescription.of(properties, ranking, "0", origin, names));
    }

    private Registration add(SyscallHandler handler, int ranking) {
        Class<?> type = handler.getClass();
        return registry.add(handler, HandlerDescription.of(type, ranking, "0", type.getName(), names));
    }

    /** Adds somebody who hears what happens in all sandboxes. */
    public void add(SandboxEvents events) {
        supervisor.add(events);
    }

    /** Takes a listener out. */
    public void remove(SandboxEvents events) {
        supervisor.remove(events);
    }

    /** Kills every process of every sandbox, waits until all are gone, and ends the threads. */
    @Override
    public void close() {
        supervisor.close();
        registry.close();
    }

    /** Nobody will bring a handler later, so a missing one is an error at once. */
    private void requireHandlers(SandboxSpec spec) {
        TreeSet<String> missing = new TreeSet<>(spec.profile().handlers().keySet());
        missing.removeIf(registry::offers);
        if (!missing.isEmpty()) {
            throw new StartException(
                    StartException.Kind.SUPERVISOR,
                    "profile " + spec.profile().name() + " names handlers that are not there: "
                            + String.join(", ", missing)
                            + "; give them to Sluice.add, or take them out of the profile");
        }
    }
}
