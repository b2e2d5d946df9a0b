package org.sluice.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.sluice.core.Command;
import org.sluice.core.HandlerStatus;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxSpec;
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
import org.sluice.handler.unix.UnixAllowlist;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.notify.SyscallHandler;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileLoader;

/** A supervisor in plain Java with the handlers of the distribution and the trivial one. Thread-safe. */
final class Bench implements AutoCloseable {

    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;
    private static final int AT_FDCWD = -100;

    /** Everything allowed, and getppid(2) answered by {@link Trivial}. */
    static final Profile TRIVIAL = profile("\"org.sluice.bench\": {}");

    /** Everything allowed, with the handlers of the distribution. */
    static final Profile OPEN = new ProfileLoader().load("open");

    /** Everything allowed, and virtual interfaces alone. */
    static final Profile INTERFACES = profile("\"netlink\": {}");

    /** The default profile: rules, safe bind, Unix allowlist and virtual ports. */
    static final Profile DEFAULT = new ProfileLoader().load("default");

    private final HostNames names = new HostNames();
    private final HandlerRegistry registry = new HandlerRegistry(ChainTimeouts.standard(), names);
    private final Supervisor supervisor;
    private final AtomicInteger versions = new AtomicInteger();
    private final Map<String, Registration> originals = new HashMap<>();

    /** Without premises. */
    Bench() {
        this(List.of());
    }

    /**
     * With places of the supervisor's own, as one has that is started by {@code sluice}: what the broker opens must not lie
     * in one.
     */
    Bench(List<Path> premises) {
        addOriginal(new Trivial());
        addOriginal(new SafeBind());
        addOriginal(new NetworkRules());
        addOriginal(new VirtualInterfaces());
        addOriginal(new FileBroker());
        addOriginal(new PortMapping());
        addOriginal(new UnixAllowlist());
        SupervisorSettings standard = SupervisorSettings.standard();
        supervisor = new Supervisor(
                new SupervisorSettings(standard.timeouts(), standard.awaitHandlers(), premises, standard.temporary()),
                registry);
    }

    /** As many folders as a supervisor has that is started by {@code sluice}, in a new one. */
    static List<Path> makePremises(Path folder) throws IOException {
        List<Path> premises = new ArrayList<>();
        for (String name : List.of("home", "caches", "sockets", "state")) {
            premises.add(Files.createDirectories(folder.resolve("premises").resolve(name)));
        }
        return premises;
    }

    /** Removes a folder and all that is in it. */
    static void remove(Path folder) throws IOException {
        remove(folder, file -> true);
    }

    /** Removes what is in a folder and asked for. */
    static void remove(Path folder, Predicate<Path> what) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(what).sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }

    /** Registers a handler; the newest of a name becomes active. */
    Registration add(SyscallHandler handler) {
        HandlerDescription description =
                HandlerDescription.of(handler.getClass(), 0, "0.1." + versions.getAndIncrement(), "bench", names);
        return registry.add(handler, description);
    }

    private void addOriginal(SyscallHandler handler) {
        originals.put(handler.getClass().getName(), add(handler));
    }

    /** The registration of the first handler of a class of that name. */
    Registration original(SyscallHandler like) {
        return Objects.requireNonNull(originals.get(like.getClass().getName()));
    }

    private static Profile profile(String handlers) {
        String text = "{ \"files\": { \"write\": [\"/\"] }, \"network\": { \"connect\": \"allow\", \"bind\": \"allow\","
                + " \"send\": \"allow\" }, \"unix\": { \"default\": \"allow\" }, \"datagram\": \"any\", \"handlers\": { "
                + handlers + " } }";
        return new ProfileLoader().parse(text.getBytes(StandardCharsets.UTF_8), "bench");
    }

    /** Starts a sandbox with this process's standard streams. */
    Sandbox start(Profile profile, String... command) {
        return supervisor.start(SandboxSpec.of(profile, Command.of(command)));
    }

    /** Runs a command that prints numbers, and returns them. */
    List<Double> run(Profile profile, String... command) throws Exception {
        return run(profile, handlers -> {}, command);
    }

    /**
     * Runs a command that prints numbers, and returns them.
     *
     * @param atEnd is given what each handler did
     */
    List<Double> run(Profile profile, Consumer<List<HandlerStatus>> atEnd, String... command) throws Exception {
        Path output = Files.createTempFile("sluice-bench", ".out");
        Block path = Block.cString(output.toString().getBytes(StandardCharsets.UTF_8));
        int fd = (int) SysException.check(
                "open", path.with(at -> Linux.call(Nr.OPENAT, AT_FDCWD, at, O_RDWR | O_CLOEXEC, 0, 0, 0)));
        Command asked = Command.of(command).withStdio(0, fd, 2);
        try (Sandbox sandbox = supervisor.start(SandboxSpec.of(profile, asked))) {
            int status = sandbox.end().get().shellCode();
            if (status != 0) {
                throw new IllegalStateException(String.join(" ", command) + " ended with " + status);
            }
            atEnd.accept(sandbox.handlers());
            return Numbers.parse(Files.readString(output));
        } finally {
            Linux.close(fd);
            Files.delete(output);
        }
    }

    @Override
    public void close() {
        supervisor.close();
        registry.close();
    }
}
