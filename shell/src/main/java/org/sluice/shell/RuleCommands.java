package org.sluice.shell;

import java.util.Map;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.core.SandboxFactory;
import org.sluice.notify.Denial;
import org.sluice.notify.Rule;
import org.sluice.policy.DenialLog;
import org.sluice.policy.RuleSet;

/** The rules of a sandbox, and what they denied. What is added here is the administrator's layer, which wins over others. */
@Component(
        service = RuleCommands.class,
        property = {
            "osgi.command.scope=sluice",
            "osgi.command.function=rules",
            "osgi.command.function=allow",
            "osgi.command.function=deny",
            "osgi.command.function=lock",
            "osgi.command.function=denials"
        })
public final class RuleCommands {

    private static final Map<String, String> OPERATIONS =
            Map.of("connect", Rule.CONNECT, "bind", Rule.BIND, "send", Rule.SEND);

    private final SandboxFactory factory;

    /** Made by Declarative Services. */
    @Activate
    public RuleCommands(@Reference SandboxFactory factory) {
        this.factory = factory;
    }

    /** {@code sluice:rules}. */
    @Descriptor("lists the rules of a sandbox; in a layer the last match wins")
    public String rules(
            @Descriptor("print JSON")
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor("name of the sandbox") String sandbox) {
        Table table = new Table("LAYER", "FROM", "RULE");
        for (RuleSet.Line line : Sandboxes.find(factory, sandbox).rules().lines()) {
            table.row(line.layer(), line.source(), line.rule());
        }
        return table.render(json);
    }

    /** {@code sluice:allow}. */
    @Descriptor("lets a sandbox reach something from now on")
    public String allow(
            @Descriptor("name of the sandbox") String sandbox,
            @Descriptor("connect, bind or send") String operation,
            @Descriptor("a pattern such as 192.0.2.0/24!443, /run/x.sock or @name") String... pattern) {
        return add(sandbox, true, operation, pattern);
    }

    /** {@code sluice:deny}. */
    @Descriptor("keeps a sandbox from something from now on; what is connected already stays so")
    public String deny(
            @Descriptor("name of the sandbox") String sandbox,
            @Descriptor("connect, bind or send") String operation,
            @Descriptor("a pattern such as 192.0.2.0/24!443, /run/x.sock or @name") String... pattern) {
        return add(sandbox, false, operation, pattern);
    }

    /** The shell divides a word before an exclamation mark that is not in quotes. */
    private String add(String sandbox, boolean allow, String operation, String... pattern) {
        String full = OPERATIONS.get(operation);
        if (full == null) {
            throw new IllegalArgumentException("'" + operation + "' is no operation; write connect, bind or send");
        }
        Rule rule = new Rule(allow, full, String.join("", pattern));
        Sandboxes.find(factory, sandbox).rules().administer(rule, "shell");
        return sandbox + ": " + rule;
    }

    /** {@code sluice:lock}. */
    @Descriptor("lets nobody change the rules of a sandbox any more; learning goes on")
    public String lock(@Descriptor("name of the sandbox") String sandbox) {
        Sandboxes.find(factory, sandbox).rules().lock();
        return sandbox + ": the rules are locked";
    }

    /** {@code sluice:denials}. */
    @Descriptor("lists what was denied in a sandbox, equal denials counted, and what would allow it")
    public String denials(
            @Descriptor("print JSON")
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor("name of the sandbox") String sandbox) {
        DenialLog.Summary summary = Sandboxes.find(factory, sandbox).denialSummary();
        Table table = new Table("TIMES", "BY", "WHAT", "TARGET AND REASON");
        for (DenialLog.Group group : summary.groups()) {
            Denial denial = group.denial();
            String remedy = denial.remedy().isEmpty() ? "" : " (" + denial.remedy() + ")";
            table.row(
                            group.count(),
                            group.first().command(),
                            denial.operation(),
                            denial.target() + ": " + denial.reason() + remedy)
                    .facts(Map.of("target", denial.target(), "reason", denial.reason(), "remedy", denial.remedy()));
        }
        if (json) {
            return table.render(true);
        }
        return summary.ungrouped() == 0
                ? table.toString()
                : table + "\nand " + summary.ungrouped() + " more of other targets";
    }
}
