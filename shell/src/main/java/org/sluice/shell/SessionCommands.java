package org.sluice.shell;

import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Component;

/** What concerns the session in which it is typed. */
@Component(
        service = SessionCommands.class,
        property = {"osgi.command.scope=sluice", "osgi.command.function=exit"})
public final class SessionCommands {

    /** The variable of a session that holds what leaves it; one without it is the supervisor's own console. */
    static final String LEAVE = ".sluice.leave";

    /** {@code sluice:exit}. */
    @Descriptor("leaves the shell; the console of sluice shell takes its supervisor and all its sandboxes with it")
    public void exit(CommandSession session, @Descriptor("exit status of sluice shell") int... status) {
        if (session.get(LEAVE) instanceof Runnable leave) {
            leave.run();
        } else {
            System.exit(status.length == 0 ? 0 : status[0]);
        }
    }
}
