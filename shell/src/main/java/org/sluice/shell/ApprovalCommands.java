package org.sluice.shell;

import java.util.Locale;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.core.Approvals;
import org.sluice.core.SandboxFactory;
import org.sluice.notify.ApprovalBackend.Answer;
import org.sluice.notify.ApprovalRequest;

/** The questions of sandboxes that ask at the shell ({@code --approve shell}), and their answers. */
@Component(
        service = ApprovalCommands.class,
        property = {
            "osgi.command.scope=sluice",
            "osgi.command.function=approvals",
            "osgi.command.function=approve",
            "osgi.command.function=reject"
        })
public final class ApprovalCommands {

    private final SandboxFactory factory;

    /** Made by Declarative Services. */
    @Activate
    public ApprovalCommands(@Reference SandboxFactory factory) {
        this.factory = factory;
    }

    /** {@code sluice:approvals}. */
    @Descriptor("lists what waits for an approval")
    public String approvals(
            @Descriptor("print JSON")
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json) {
        Table table = new Table("NUMBER", "SANDBOX", "PID", "COMMAND", "ASKS TO");
        for (ApprovalRequest each : factory.approvals().waiting()) {
            table.row(each.id(), each.sandbox(), each.pid(), each.command(), each.access() + " " + each.path());
        }
        return table.render(json);
    }

    /** {@code sluice:approve NUMBER}. */
    @Descriptor("approves what waits, for this one call")
    public String approve(@Descriptor("a number of sluice:approvals") long number) {
        return approve(number, "once");
    }

    /** {@code sluice:approve NUMBER SCOPE}. */
    @Descriptor("approves what waits")
    public String approve(
            @Descriptor("a number of sluice:approvals") long number,
            @Descriptor("once, session or always") String scope) {
        return answer(
                number,
                switch (scope) {
                    case "once" -> Answer.ONCE;
                    case "session" -> Answer.SESSION;
                    case "always" -> Answer.ALWAYS;
                    default ->
                        throw new IllegalArgumentException(
                                "'" + scope + "' is no scope; write once, session or always");
                });
    }

    /** {@code sluice:reject NUMBER}. */
    @Descriptor("rejects what waits, for this one call")
    public String reject(@Descriptor("a number of sluice:approvals") long number) {
        return answer(number, Answer.DENY);
    }

    /** {@code sluice:reject NUMBER never}. */
    @Descriptor("rejects what waits")
    public String reject(
            @Descriptor("a number of sluice:approvals") long number, @Descriptor("once or never") String scope) {
        return answer(
                number,
                switch (scope) {
                    case "once" -> Answer.DENY;
                    case "never" -> Answer.NEVER;
                    default -> throw new IllegalArgumentException("'" + scope + "' is no scope; write once or never");
                });
    }

    private String answer(long number, Answer answer) {
        Approvals approvals = factory.approvals();
        approvals.answer(number, answer);
        return number + ": " + answer.name().toLowerCase(Locale.ROOT);
    }
}
