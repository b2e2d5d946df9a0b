package org.sluice.itest.witness;

import java.util.concurrent.atomic.AtomicLong;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Verdict;

/** Counts the calls that it sees, for itself and in the sandbox's state, which outlives it. */
public final class Witness implements SyscallHandler {

    /** The handler's name. */
    static final String NAME = "org.sluice.itest.witness";

    private final AtomicLong seen = new AtomicLong();
    private volatile long everSeen;

    @Override
    public Verdict handle(Call call, Chain chain) {
        seen.incrementAndGet();
        Object total = call.state().update("seen", before -> before == null ? 1L : (Long) before + 1);
        if (total != null) {
            remember((Long) total);
        }
        return chain.proceed(call);
    }

    private synchronized void remember(long total) {
        everSeen = Math.max(everSeen, total);
    }

    /** The calls that this instance saw. */
    long seen() {
        return seen.get();
    }

    /** The highest count that the state had. */
    long everSeen() {
        return everSeen;
    }
}
