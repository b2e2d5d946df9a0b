package org.sluice.bench;

import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Handler;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;

/** Answers getppid(2) with 1. */
@Handler(name = "org.sluice.bench", stage = Stage.ANSWER)
@Traps(value = "getppid", access = Traps.Access.REGISTERS)
final class Trivial implements SyscallHandler {

    private static final Verdict ONE = Verdict.value(1);

    @Override
    public Verdict handle(Call call, Chain chain) {
        return ONE;
    }
}
