package org.sluice.core.sandbox;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.sluice.bpf.Architecture;
import org.sluice.bpf.DeniedCall;
import org.sluice.bpf.DenyList;
import org.sluice.bpf.SyscallRule;
import org.sluice.core.call.Refusals;
import org.sluice.landlock.Landlock;
import org.sluice.notify.Denial;

/**
 * Answers the calls of the deny list. Most are refused whatever their arguments; some are fine on the caller itself or on
 * another process of its sandbox. Stateless, thread-safe.
 */
final class DenyJudge {

    private static final Refusals.Judgement PASSED = new Refusals.Passed();

    private final DenyList list;

    /** Judges by the whole list. */
    DenyJudge() {
        this(DenyList.of(Architecture.host(), Landlock.abi()));
    }

    private DenyJudge(DenyList list) {
        this.list = list;
    }

    /** The same without what handlers decide instead. */
    DenyJudge without(Predicate<DeniedCall> decided) {
        return new DenyJudge(list.without(decided));
    }

    List<SyscallRule> rules() {
        return list.rules();
    }

    /** The judge of one sandbox. */
    Refusals of(Family family) {
        return (tid, number, arguments) -> {
            Optional<DeniedCall> found = list.find(number, arguments);
            return found.isEmpty() ? PASSED : judge(found.get(), tid, arguments, family);
        };
    }

    private static Refusals.Judgement judge(DeniedCall entry, int tid, long[] arguments, Family family) {
        return switch (entry.judgement()) {
            case PRETEND -> new Refusals.Refused(0, Optional.empty());
            case FOREIGN_PID ->
                isOwn((int) arguments[entry.argument()], family)
                        ? new Refusals.Continued()
                        : refuse(entry, Integer.toString((int) arguments[entry.argument()]));
            case FIRST_PROCESS -> family.isFirst(tid) ? refuse(entry, "") : new Refusals.Continued();
            // A descriptor says nothing of its process until it is looked up, and may be another one afterwards.
            case REFUSE, FOREIGN_PIDFD, FILTER -> refuse(entry, "");
        };
    }

    /** Groups (0 and negative numbers) may hold processes from outside, so they are never the sandbox's own. */
    private static boolean isOwn(int pid, Family family) {
        return pid > 0 && family.contains(pid);
    }

    private static Refusals.Judgement refuse(DeniedCall entry, String target) {
        Denial denial = new Denial(
                "call/" + entry.name(), target.isEmpty() ? entry.name() : "process " + target, entry.reason(), "");
        return new Refusals.Refused(-entry.errno(), Optional.of(denial));
    }
}
