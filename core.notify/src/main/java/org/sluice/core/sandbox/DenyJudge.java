package org.sluice.core.sandbox;

import java.util.List;
import org.sluice.bpf.SyscallRule;
import org.sluice.core.call.Refusals;

/** The deny list: what the filter delivers for it, and how each call of it is answered. Stateless, thread-safe. */
final class DenyJudge {

    private static final Refusals.Judgement PASSED = new Refusals.Passed();

    List<SyscallRule> rules() {
        return List.of();
    }

    Refusals of(Family family) {
        return call -> PASSED;
    }
}
