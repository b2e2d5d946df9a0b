package org.sluice.core.sandbox;

import java.util.ArrayList;
import java.util.List;
import org.sluice.bpf.Action;
import org.sluice.bpf.Architecture;
import org.sluice.bpf.ArgumentTest;
import org.sluice.bpf.FilterCompiler;
import org.sluice.bpf.FilterProgram;
import org.sluice.bpf.SyscallRule;
import org.sluice.core.trap.Condition;
import org.sluice.core.trap.Trap;
import org.sluice.core.trap.TrapSet;
import org.sluice.linux.SyscallTable;

/** The filter of a sandbox: the deny list first, then what its handlers asked for and what it reserves. */
final class FilterPlan {

    private FilterPlan() {}

    static FilterProgram compile(List<SyscallRule> denials, TrapSet traps) {
        List<SyscallRule> rules = new ArrayList<>(denials);
        for (Trap trap : traps.traps()) {
            for (List<ArgumentTest> tests : alternatives(trap.conditions())) {
                rules.add(new SyscallRule(trap.number(), tests, Action.userNotify()));
            }
        }
        if (traps.everything()) {
            for (String name : SyscallTable.host().names()) {
                rules.add(new SyscallRule(SyscallTable.host().number(name), List.of(), Action.userNotify()));
            }
        }
        return FilterCompiler.compile(Architecture.host(), rules, Action.allow());
    }

    /** A condition that lists values becomes one alternative for each; conditions on several arguments multiply. */
    private static List<List<ArgumentTest>> alternatives(List<Condition> conditions) {
        List<List<ArgumentTest>> all = List.of(List.of());
        for (Condition condition : conditions) {
            List<List<ArgumentTest>> longer = new ArrayList<>();
            for (List<ArgumentTest> before : all) {
                for (ArgumentTest test : tests(condition)) {
                    List<ArgumentTest> joined = new ArrayList<>(before);
                    joined.add(test);
                    longer.add(joined);
                }
            }
            all = longer;
        }
        return all;
    }

    private static List<ArgumentTest> tests(Condition condition) {
        long all = condition.bits() == 32 ? 0xffff_ffffL : -1L;
        int index = condition.index();
        int bits = condition.bits();
        return switch (condition.kind()) {
            case NOT_ZERO -> List.of(new ArgumentTest(index, bits, all, 0, true));
            case ANY_BIT ->
                List.of(new ArgumentTest(index, bits, condition.operands().get(0), 0, true));
            case ONE_OF ->
                condition.operands().stream()
                        .map(value -> new ArgumentTest(index, bits, all, value, false))
                        .toList();
        };
    }
}
