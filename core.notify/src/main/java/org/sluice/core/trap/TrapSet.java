package org.sluice.core.trap;

import java.util.ArrayList;
import java.util.List;
import org.sluice.bpf.Action;
import org.sluice.bpf.ArgumentTest;
import org.sluice.bpf.SyscallRule;

/**
 * The union of the traps that a sandbox's filter delivers. Immutable. A trap that another one includes is left out.
 *
 * @param everything whether every system call that can be trapped is
 * @param traps the traps, joined by <i>or</i>
 */
public record TrapSet(boolean everything, List<Trap> traps) {

    /** In a list of system calls to reserve: every one that can be trapped. */
    public static final String WILDCARD = "*";

    /** Leaves out what is included elsewhere. */
    public TrapSet {
        List<Trap> kept = new ArrayList<>();
        for (Trap trap : traps) {
            if (kept.stream().noneMatch(trap::implies)) {
                kept.removeIf(narrow -> narrow.implies(trap));
                kept.add(trap);
            }
        }
        traps = List.copyOf(kept);
    }

    /** Whether every call that meets {@code trap} is delivered. */
    public boolean covers(Trap trap) {
        return everything || traps.stream().anyMatch(trap::implies);
    }

    /**
     * The traps as rules of a filter that hand the calls over; the first rule that holds wins, so what a filter decides
     * by itself goes before them. Says nothing of {@link #everything}.
     */
    public List<SyscallRule> rules() {
        List<SyscallRule> rules = new ArrayList<>();
        for (Trap trap : traps) {
            for (List<ArgumentTest> tests : alternatives(trap.conditions())) {
                rules.add(new SyscallRule(trap.number(), tests, Action.userNotify()));
            }
        }
        return rules;
    }

    /** A rule joins its tests by <i>and</i>, so a condition with several constants makes several rules. */
    private static List<List<ArgumentTest>> alternatives(List<Condition> conditions) {
        List<List<ArgumentTest>> all = List.of(List.of());
        for (Condition condition : conditions) {
            List<List<ArgumentTest>> longer = new ArrayList<>();
            for (List<ArgumentTest> begun : all) {
                for (ArgumentTest test : condition.tests()) {
                    List<ArgumentTest> next = new ArrayList<>(begun);
                    next.add(test);
                    longer.add(next);
                }
            }
            all = longer;
        }
        return all;
    }
}
