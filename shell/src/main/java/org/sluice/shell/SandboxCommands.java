package org.sluice.shell;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.core.Command;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxFactory;
import org.sluice.core.SandboxSpec;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.notify.Bytes;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileLoader;

/** Sandboxes of this supervisor: list, look at, start, end. */
@Component(
        service = SandboxCommands.class,
        property = {
            "osgi.command.scope=sluice",
            "osgi.command.function=ps",
            "osgi.command.function=info",
            "osgi.command.function=run",
            "osgi.command.function=kill"
        })
public final class SandboxCommands {

    private static final int AT_FDCWD = -100;
    private static final int O_CLOEXEC = 02000000;

    private final SandboxFactory factory;

    /** Made by Declarative Services. */
    @Activate
    public SandboxCommands(@Reference SandboxFactory factory) {
        this.factory = factory;
    }

    /** {@code sluice:ps}. */
    @Descriptor("lists the sandboxes of this supervisor")
    public String ps(
            @Descriptor("print JSON")
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json) {
        Table table = new Table("SANDBOX", "PID", "DENIED", "RULES");
        factory.sandboxes().stream()
                .sorted(Comparator.comparing(Sandbox::name))
                .forEach(sandbox -> table.row(
                        sandbox.name(),
                        sandbox.main().pid(),
                        sandbox.denialSummary().count(),
                        sandbox.rules().isLocked() ? "locked" : "open to change"));
        return table.render(json);
    }

    /** {@code sluice:info}. */
    @Descriptor("tells about one sandbox")
    public String info(
            @Descriptor("print JSON")
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor("name of the sandbox") String name) {
        Sandbox sandbox = Sandboxes.find(factory, name);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("sandbox", sandbox.name());
        facts.put("first process", sandbox.main().pid());
        for (String layer : List.of("profile", "learned", "administrator")) {
            facts.put(
                    "rules, " + layer,
                    sandbox.rules().lines().stream()
                            .filter(line -> line.layer().equals(layer))
                            .count());
        }
        facts.put("locked", sandbox.rules().isLocked());
        facts.put("calls denied", sandbox.denialSummary().count());
        sandbox.handlers().forEach(handler -> facts.put("handler " + handler.name(), handler.state()));
        if (json) {
            return Json.of(facts);
        }
        Table table = new Table("sandbox", sandbox.name());
        facts.remove("sandbox");
        facts.forEach((key, value) -> table.row(key, value instanceof Boolean yes ? (yes ? "yes" : "no") : value));
        return table.toString();
    }

    /** {@code sluice:run}. Its standard input is empty, because the shell reads the terminal. */
    @Descriptor("starts a command in a new sandbox; prints the sandbox's name")
    public String run(
            @Descriptor("default, server, build, open, or a file")
                    @Parameter(
                            names = {"--profile"},
                            absentValue = "default")
                    String profile,
            @Descriptor("the name of the sandbox")
                    @Parameter(
                            names = {"--name"},
                            absentValue = "")
                    String name,
            @Descriptor("the command and its arguments") String[] command) {
        if (command.length == 0) {
            throw new IllegalArgumentException("run needs a command: sluice:run --profile server nginx");
        }
        Block path = Block.cString(Bytes.utf8("/dev/null").toArray());
        int none = (int) SysException.check(
                "open /dev/null", path.with(at -> Linux.call(Nr.OPENAT, AT_FDCWD, at, O_CLOEXEC, 0, 0, 0)));
        try {
            Command asked = Command.of("")
                    .withArguments(Arrays.stream(command).map(Bytes::utf8).toList())
                    .withStdio(none, 1, 2);
            SandboxSpec.Options options = new SandboxSpec.Options(false, false, false);
            Supplier<Profile> source = () -> new ProfileLoader().load(profile);
            return factory.start(new SandboxSpec(name, source.get(), asked, options, source))
                    .name();
        } finally {
            Linux.close(none);
        }
    }

    /** {@code sluice:kill}. */
    @Descriptor("ends a sandbox: kills all its processes and waits until they are gone")
    public String kill(@Descriptor("name of the sandbox") String name) {
        Sandboxes.find(factory, name).close();
        return name + " has ended";
    }
}
