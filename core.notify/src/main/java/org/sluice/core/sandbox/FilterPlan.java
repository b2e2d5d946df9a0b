package org.sluice.core.sandbox;

import java.util.ArrayList;
import java.util.List;
import org.sluice.bpf.Action;
import org.sluice.bpf.Architecture;
import org.sluice.bpf.FilterCompiler;
import org.sluice.bpf.FilterProgram;
import org.sluice.bpf.SyscallRule;
import org.sluice.core.trap.TrapSet;
import org.sluice.linux.SyscallTable;

/** The filter of a sandbox: the deny list first, then what its handlers asked for and what it reserves. */
final class FilterPlan {

    private FilterPlan() {}

    static FilterProgram compile(List<SyscallRule> denials, TrapSet traps) {
        List<SyscallRule> rules = new ArrayList<>(denials);
        rules.addAll(traps.rules());
        if (traps.everything()) {
            for (String name : SyscallTable.host().names()) {
                rules.add(new SyscallRule(SyscallTable.host().number(name), List.of(), Action.userNotify()));
            }
        }
        return FilterCompiler.compile(Architecture.host(), rules, Action.allow());
    }
}
