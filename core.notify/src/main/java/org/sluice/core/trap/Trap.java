package org.sluice.core.trap;

import java.util.List;

/**
 * One trap of a handler.
 *
 * @param text as the handler wrote it
 * @param syscall the system call's name
 * @param number the system call's number
 * @param conditions all of which must hold
 */
public record Trap(String text, String syscall, int number, List<Condition> conditions) {

    /** Copies the conditions. */
    public Trap {
        conditions = List.copyOf(conditions);
    }

    /** Whether every call that meets this trap meets {@code other} too. May say no where it cannot tell. */
    public boolean implies(Trap other) {
        if (number != other.number) {
            return false;
        }
        for (Condition wide : other.conditions) {
            if (!isImplied(wide)) {
                return false;
            }
        }
        return true;
    }

    private boolean isImplied(Condition wide) {
        for (Condition narrow : conditions) {
            if (narrow.implies(wide)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return text;
    }
}
