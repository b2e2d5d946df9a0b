package org.sluice.launcher.inside;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.sluice.core.TargetProcess;

/**
 * Passes the supervisor's signals on to the command. The command runs before its start returns, so what comes in between
 * waits. Thread-safe.
 */
final class Forwarding implements IntConsumer {

    private static final int SIGHUP = 1;
    private static final int SIGINT = 2;
    private static final int SIGTERM = 15;

    private final List<Integer> early = new ArrayList<>();
    private @Nullable TargetProcess command;

    @Override
    public synchronized void accept(int number) {
        boolean direct = number == SIGHUP || number == SIGTERM;
        if (command == null) {
            // Once the command is in the foreground, the terminal interrupts it by itself.
            if (direct || number == SIGINT) {
                early.add(number);
            }
        } else if (direct) {
            command.signal(number);
        }
    }

    /** The command runs. */
    synchronized void to(TargetProcess process) {
        command = process;
        early.forEach(process::signal);
    }
}
