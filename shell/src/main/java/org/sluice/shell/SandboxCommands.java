package org.sluice.shell;

import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.core.Command;
import org.sluice.core.HandlerStatus;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxFactory;
import org.sluice.core.SandboxSpec;
import org.sluice.policy.DenialRecord;
import org.sluice.policy.ProfileLoader;
import org.sluice.policy.RuleSet;

/** What runs in this supervisor, and why it may what it may. */
@Component(
        service = SandboxCommands.class,
        property = {
            "osgi.command.scope=sluice",
            "osgi.command.function=ps",
            "osgi.command.function=handlers",
            "osgi.command.function=run",
            "osgi.command.function=rules",
            "osgi.command.function=denials"
        })
public final class SandboxCommands {

    private final SandboxFactory factory;

    /** Made by Declarative Services. */
    @Activate
    public SandboxCommands(@Reference SandboxFactory factory) {
        this.factory = factory;
    }

    /** {@code sluice:ps}. */
    @Descriptor("lists the sandboxes of this supervisor")
    public String ps() {
        Table table = new Table("SANDBOX", "PID", "DENIED");
        for (Sandbox sandbox : factory.sandboxes()) {
            table.row(sandbox.name(), sandbox.main().pid(), sandbox.denials().size());
        }
        return table.toString();
    }

    /** {@code sluice:handlers}. */
    @Descriptor("lists the handlers of a sandbox, and which of their calls reach them")
    public String handlers(@Descriptor("name of the sandbox") String sandbox) {
        Table table = new Table("HANDLER", "STAGE", "STATE", "CALLS", "FAILED", "TRAPS");
        for (HandlerStatus handler : sandbox(sandbox).handlers()) {
            String traps = String.join(" ", handler.traps());
            table.row(
                    handler.name(),
                    handler.stage(),
                    handler.state(),
                    handler.calls(),
                    handler.failures(),
                    handler.unreachable().isEmpty()
                            ? traps
                            : traps + " (not trapped: " + String.join(" ", handler.unreachable()) + ")");
        }
        return table.toString();
    }

    /** {@code sluice:run}. */
    @Descriptor("starts a command in a new sandbox")
    public String run(
            @Descriptor("profile: default, server, build, open, or a file") String profile,
            @Descriptor("the command and its arguments") String[] command) {
        Sandbox sandbox = factory.start(SandboxSpec.of(new ProfileLoader().load(profile), Command.of(command)));
        return sandbox.name();
    }

    /** {@code sluice:rules}. */
    @Descriptor("lists the rules of a sandbox; in a layer the last match wins")
    public String rules(@Descriptor("name of the sandbox") String sandbox) {
        Table table = new Table("LAYER", "RULE", "FROM");
        for (RuleSet.Line line : sandbox(sandbox).rules().lines()) {
            table.row(line.layer(), line.rule(), line.source());
        }
        return table.toString();
    }

    /** {@code sluice:denials}. */
    @Descriptor("lists what was denied in a sandbox, oldest first")
    public String denials(@Descriptor("name of the sandbox") String sandbox) {
        Table table = new Table("PID", "CALL", "TARGET", "REASON");
        List<DenialRecord> records = sandbox(sandbox).denials();
        for (DenialRecord record : records) {
            table.row(
                    record.pid(),
                    record.syscall(),
                    record.denial().target(),
                    record.denial().reason());
        }
        return table.toString();
    }

    private Sandbox sandbox(String name) {
        return factory.sandbox(name)
                .orElseThrow(() -> new IllegalArgumentException("there is no sandbox " + name + "; see sluice:ps"));
    }
}
