package org.sluice.itest.witness;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Settings;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Verdict;

/** Counts the calls that it sees, for itself and in the sandbox's state, which outlives it. */
public final class Witness implements SyscallHandler {

    /** The handler's name. */
    static final String NAME = "org.sluice.itest.witness";

    private final AtomicLong seen = new AtomicLong();
    private volatile long everSeen;

    private final Set<String> flaws;

    /** One that fails in these ways: {@code migrate}, {@code smoke}, {@code calls} (its first six). */
    Witness(Set<String> flaws) {
        this.flaws = flaws;
    }

    @Override
    public Map<String, Object> migrate(int schema, Map<String, Object> state) {
        if (flaws.contains("migrate")) {
            throw new IllegalArgumentException("schema " + schema + " is strange");
        }
        return state;
    }

    @Override
    public void smoke(Settings settings, Map<String, Object> state) {
        if (flaws.contains("smoke")) {
            throw new IllegalStateException("there is smoke");
        }
    }

    @Override
    public Verdict handle(Call call, Chain chain) {
        if (seen.incrementAndGet() <= 6 && flaws.contains("calls")) {
            throw new IllegalStateException("a call that was to fail");
        }
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
