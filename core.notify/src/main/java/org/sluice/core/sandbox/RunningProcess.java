package org.sluice.core.sandbox;

import java.util.concurrent.CompletableFuture;
import org.sluice.core.ExitStatus;
import org.sluice.core.TargetProcess;
import org.sluice.core.pump.Pump;
import org.sluice.core.spawn.GuardedProcess;

/**
 * A process that was started in a sandbox, with the pump of its listener.
 *
 * @param guarded the process
 * @param pump answers its calls and those of its descendants
 */
record RunningProcess(GuardedProcess guarded, Pump pump) implements TargetProcess {

    @Override
    public int pid() {
        return guarded.pid();
    }

    @Override
    public CompletableFuture<ExitStatus> exit() {
        return guarded.exit().copy();
    }

    @Override
    public void signal(int number) {
        guarded.signal(number);
    }
}
