package org.sluice.launcher.inside;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.sluice.core.Command;
import org.sluice.core.ExitStatus;
import org.sluice.core.LogLevels;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxEvents;
import org.sluice.core.SandboxFactory;
import org.sluice.core.SandboxSpec;
import org.sluice.core.ShellSessions;
import org.sluice.core.StartException;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.Event;
import org.sluice.policy.DenialLog;
import org.sluice.policy.PolicyException;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileFile;
import org.sluice.policy.Report;
import org.sluice.policy.Units;

/** {@code sluice run}: starts the sandbox, passes signals on, waits, reports. */
final class RunCommand {

    /** As timeout(1) ends. */
    private static final int TIMED_OUT = 124;

    /** Set where the agent of JMX runs. */
    private static final String JMX = "com.sun.management.jmxremote";

    /** A command that ends before this needs nobody who watches {@code deploy/}. */
    private static final int SHORT_MILLIS = 100;

    private final Request request;
    private final Services services;
    private volatile List<ProfileFile> profiles = List.of();
    private boolean logs;

    RunCommand(Request request, Services services) {
        this.request = request;
        this.services = services;
    }

    int run() throws InterruptedException {
        if (request.arguments().isEmpty()) {
            throw Failure.of("run needs a command: sluice run [options] -- command [argument...]");
        }
        String report = request.one("--report").orElse("text");
        if (!List.of("text", "json", "none").contains(report)) {
            throw Failure.of("--report " + report + ": write text, json or none");
        }
        Supervisor.hide();
        Supervisor.surviveQuit();
        // They start meanwhile; the sandbox waits for those of its own that are not there yet.
        request.handlers().run();
        Profile profile = Approving.complete(profile());
        SandboxSpec.Options options = new SandboxSpec.Options(request.has("--degrade"), request.has("-q"), true);
        SandboxSpec spec = new SandboxSpec(name(), profile, command(), options, () -> Approving.complete(profile()));
        services.context()
                .registerService(SandboxEvents.class, new Narrator(request.has("-q"), request.has("-v")), null);
        Approving.offer(profile, services.context());
        SandboxFactory factory = services.await(List.of());
        if (request.has("--explain")) {
            System.out.println(attempt(profile, () -> factory.explain(spec)));
            return 0;
        }
        // Some bundles write there what they have to say; from here on the standard output is the command's.
        System.setOut(System.err);
        Optional<Auditor> auditor = audit(profile);
        try (ControlServer control = ControlServer.open(request.sockets(), spec.name(), this::shells)) {
            int status = run(factory, spec, control, report);
            profiles.stream().filter(ProfileFile::hasChanged).forEach(file -> changed(spec.name(), file, auditor));
            return auditor.map(Auditor::failed).orElse(false) ? Failure.STATUS : status;
        } finally {
            auditor.ifPresent(Auditor::close);
        }
    }

    private int run(SandboxFactory factory, SandboxSpec spec, ControlServer control, String report)
            throws InterruptedException {
        Terminal terminal = Terminal.current();
        Forwarding forwarding = new Forwarding();
        request.forward().accept(forwarding);
        try (Sandbox sandbox = attempt(spec.profile(), () -> factory.start(spec))) {
            forwarding.to(sandbox.main());
            control.serve(sandbox);
            int status = await(sandbox);
            terminal.restore();
            report(sandbox, spec.profile(), status, report);
            return status;
        }
    }

    /** The shell, started by whoever attaches first: a start of the command would wait for it. */
    private synchronized ShellSessions shells() {
        request.shell().run();
        if (!logs) {
            services.context().registerService(LogLevels.class, new Levels(request.levels()), null);
            logs = true;
        }
        return services.shells();
    }

    /** A handler that is missing is told of with what it waits for. */
    private <T> T attempt(Profile profile, Supplier<T> start) {
        try {
            return start.get();
        } catch (StartException e) {
            if (e.kind() == StartException.Kind.HANDLERS) {
                services.complain(profile.handlers().keySet());
            }
            throw e;
        }
    }

    /** Who can write a profile has more rights the next time, if nobody looks. */
    private static void changed(String sandbox, ProfileFile file, Optional<Auditor> auditor) {
        Console.say("profile " + file.path() + " was changed while " + sandbox
                + " ran by it; look at it before you use it again, and keep it where no sandbox may write");
        auditor.ifPresent(each -> each.event(
                sandbox, new Event("profile-changed", Map.of("file", file.path().toString()))));
    }

    /** The audit file hears of everything from before the start until after the end. */
    private Optional<Auditor> audit(Profile profile) {
        Optional<Auditor> auditor = request.audit().map(file -> {
            Map<String, String> facts = Map.of(
                    "profile", profile.name(),
                    "command", String.join(" ", request.words()),
                    "uid", Long.toString(Linux.call(Nr.GETUID, 0)));
            return Auditor.open(file, facts);
        });
        auditor.ifPresent(each -> services.context().registerService(SandboxEvents.class, each, null));
        return auditor;
    }

    private static void report(Sandbox sandbox, Profile profile, int status, String kind) {
        DenialLog.Summary denied = sandbox.denialSummary();
        boolean confined = profile.files().stream()
                .noneMatch(grant -> grant.write() && grant.path().equals("/"));
        boolean shown = sandbox.links().isPresent() && !profile.hasNetworkFiles();
        Report report = new Report(sandbox.name(), denied, status, confined, shown);
        if (kind.equals("json")) {
            System.err.println(report.json());
        } else if (kind.equals("text") && denied.count() > 0) {
            System.err.print(report.text());
        }
    }

    private int await(Sandbox sandbox) throws InterruptedException {
        CompletableFuture<ExitStatus> exit = sandbox.main().exit();
        CompletableFuture.delayedExecutor(SHORT_MILLIS, TimeUnit.MILLISECONDS).execute(() -> {
            if (!exit.isDone()) {
                request.rest().run();
                if (System.getProperty(JMX) != null) {
                    // Somebody looks at this virtual machine, and finds there what the shell offers.
                    request.shell().run();
                }
            }
        });
        try {
            int status = sandbox.end().get().shellCode();
            return sandbox.timedOut() ? TIMED_OUT : status;
        } catch (ExecutionException e) {
            throw Failure.of("the command was lost: " + e.getCause());
        }
    }

    /** As it is written now; its files are those that somebody has seen. */
    private Profile profile() {
        List<ProfileFile> files = new ArrayList<>();
        Profile profile = Profiles.of(request, "default", files::add);
        profiles = List.copyOf(files);
        return request.one("--time-limit")
                .map(time -> profile.with().limit("time", timeLimit(time)).build())
                .orElse(profile);
    }

    private static long timeLimit(String text) {
        try {
            return Units.millis(text);
        } catch (PolicyException e) {
            throw new PolicyException("--time-limit " + text + ": " + e.getMessage(), e);
        }
    }

    private Command command() {
        Command command = Command.of("").withArguments(request.arguments()).withEnvironment(request.environment());
        return request.one("--cwd")
                .map(RunCommand::directory)
                .map(command::withDirectory)
                .orElse(command);
    }

    static Path directory(String text) {
        Path path = Path.of(text).toAbsolutePath();
        if (!Files.isDirectory(path)) {
            throw Failure.of("--cwd " + text + " is no directory; name one that exists");
        }
        return path;
    }

    /** The given name, or one that no other supervisor of this machine has. */
    private String name() {
        String given = request.one("--name").orElse("");
        if (!given.isEmpty()) {
            if (!given.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
                throw Failure.of(
                        "--name " + given
                                + ": a name has up to 64 letters, digits, dots, dashes and underscores, the first a letter or digit");
            }
            return given;
        }
        String word = request.words().get(0);
        String base = word.substring(word.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9_-]", "");
        return base.substring(0, Math.min(base.length(), 32)) + "-" + Linux.call(Nr.GETPID, 0);
    }
}
