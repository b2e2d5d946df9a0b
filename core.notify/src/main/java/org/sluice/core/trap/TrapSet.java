package org.sluice.core.trap;

import java.util.ArrayList;
import java.util.List;

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
}
