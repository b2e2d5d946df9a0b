package org.sluice.bpf;

/** Who answers a call of the {@link DenyList}, and how. */
public enum Judgement {
    /** The filter itself fails the call; nobody is asked and nothing is recorded. */
    FILTER,
    /** The supervisor records the call and fails it. */
    REFUSE,
    /**
     * The supervisor continues the call, unless the caller belongs to the process that the sandbox began with; then it
     * records the call and fails it.
     */
    FIRST_PROCESS,
    /** The supervisor answers 0 and does nothing. */
    PRETEND,
    /**
     * The supervisor continues the call if the thread or process that a register names belongs to the sandbox, else it
     * records the call and fails it. The register may hold 0 (the caller, or its group) or a negative number (a group),
     * as the call's manual page says.
     */
    FOREIGN_PID,
    /** As {@link #FOREIGN_PID}, the register is a descriptor of the process (pidfd_open(2)). */
    FOREIGN_PIDFD
}
