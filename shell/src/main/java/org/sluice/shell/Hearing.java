package org.sluice.shell;

import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Job;
import org.jspecify.annotations.Nullable;
import org.sluice.core.ShellSessions;

/** Tells a session of what its client's terminal does. Thread-safe. */
final class Hearing implements ShellSessions.Listener {

    private final CommandSession session;
    private final @Nullable RemoteTerminal terminal;

    Hearing(CommandSession session, @Nullable RemoteTerminal terminal) {
        this.session = session;
        this.terminal = terminal;
    }

    @Override
    public void resized(ShellSessions.Screen screen) {
        if (terminal != null) {
            terminal.resize(screen);
        }
    }

    @Override
    public void hungUp() {
        if (terminal != null) {
            terminal.leave();
        }
        // A copy: the list is the session's own, and a job that ends leaves it.
        for (Job job : session.jobs().toArray(new Job[0])) {
            job.interrupt();
        }
    }
}
