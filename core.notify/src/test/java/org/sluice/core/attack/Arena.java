package org.sluice.core.attack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.sluice.core.Approvals;
import org.sluice.core.Command;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxEvents;
import org.sluice.core.SandboxSpec;
import org.sluice.core.approval.ApprovalSettings;
import org.sluice.core.approval.Backends;
import org.sluice.core.chain.ChainTimeouts;
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
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.notify.SyscallHandler;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileLoader;

/** A supervisor in plain Java, and programs that are run under it. For one thread. */
final class Arena implements AutoCloseable {

    private static final int AT_FDCWD = -100;
    private static final int O_RDWR_CREAT_TRUNC = 01102;
    private static final int O_CLOEXEC = 0x80000;
    private static final long PATIENCE_MINUTES = 30;

    private final HostNames names = new HostNames();
    private final HandlerRegistry registry;
    private final Supervisor supervisor;
    private final Path folder;

    /** A supervisor without handlers that works in {@code folder}. */
    Arena(Path folder, ChainTimeouts timeouts, List<Path> premises) {
        this(folder, timeouts, premises, ApprovalSettings::standard, Backends.NONE);
    }

    /** The same, which asks {@code backends} for approvals and keeps answers for good in the first of {@code premises}. */
    Arena(
            Path folder,
            ChainTimeouts timeouts,
            List<Path> premises,
            Supplier<ApprovalSettings> approvals,
            Backends backends) {
        this.folder = folder;
        this.registry = new HandlerRegistry(timeouts, names);
        this.supervisor = new Supervisor(
                new SupervisorSettings(
                        timeouts,
                        Duration.ofSeconds(1),
                        premises,
                        folder,
                        premises.stream().findFirst()),
                registry,
                approvals,
                backends);
    }

    /** The questions that the shell would be asked. */
    Approvals approvals() {
        return supervisor.approvals();
    }

    /** A supervisor with the handlers of the distribution. */
    static Arena standard(Path folder, List<Path> premises) {
        Arena arena = new Arena(folder, ChainTimeouts.standard(), premises);
        arena.addStandard();
        return arena;
    }

    /** Adds the handlers of the distribution; the result is the file broker's. */
    Registration addStandard() {
        add(new SafeBind());
        add(new NetworkRules());
        add(new VirtualInterfaces());
        add(new PortMapping());
        add(new ProcessFiles());
        add(new UnixAllowlist());
        return add(new FileBroker());
    }

    Registration add(SyscallHandler handler) {
        return registry.add(handler, HandlerDescription.of(handler.getClass(), 0, "0.1.0", "test", names));
    }

    /** Tells {@code events} what happens from now on. */
    void tell(SandboxEvents events) {
        supervisor.add(events);
    }

    /** A profile that grants all files; {@code rest} is what else it says, as JSON without the outer brackets. */
    static Profile profile(String rest) {
        String text = "{ \"files\": { \"write\": [\"/\"] }, " + rest + " }";
        return new ProfileLoader().parse(text.getBytes(StandardCharsets.UTF_8), "attack");
    }

    /** What a command printed, and how it ended. */
    record Result(int status, String output, Sandbox sandbox) {}

    /** Runs a command in a sandbox until its end; its standard error is this JVM's. */
    Result run(Profile profile, String... command) throws Exception {
        Path file = Files.createTempFile(folder, "out", ".txt");
        int fd = open(file);
        try (Sandbox sandbox = start(profile, fd, command)) {
            int status = sandbox.end().get(PATIENCE_MINUTES, TimeUnit.MINUTES).shellCode();
            return new Result(status, Files.readString(file, StandardCharsets.ISO_8859_1), sandbox);
        } finally {
            Linux.close(fd);
            Files.delete(file);
        }
    }

    /** Starts a command whose output goes to {@code fd}. */
    Sandbox start(Profile profile, int fd, String... command) {
        return supervisor.start(SandboxSpec.of(
                profile, Command.of(command).withDirectory(folder).withStdio(0, fd, 2)));
    }

    static int open(Path file) throws IOException {
        Block path = Block.cString(file.toString().getBytes(StandardCharsets.UTF_8));
        return (int) SysException.check(
                "open",
                path.with(at -> Linux.call(Nr.OPENAT, AT_FDCWD, at, O_RDWR_CREAT_TRUNC | O_CLOEXEC, 0600, 0, 0)));
    }

    @Override
    public void close() {
        supervisor.close();
        registry.close();
    }
}
