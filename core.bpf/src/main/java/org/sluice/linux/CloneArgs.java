package org.sluice.linux;

/** Offsets in {@code struct clone_args}, clone3(2), linux/sched.h. All fields have 64 bits. */
public final class CloneArgs {

    /** {@code CLONE_*}, without an exit signal. */
    public static final int FLAGS = 0;
    /** Where the descriptor of the child is put, an {@code int *}. */
    public static final int PIDFD = 8;
    /** Where the child finds its own id. */
    public static final int CHILD_TID = 16;
    /** Where the parent finds it. */
    public static final int PARENT_TID = 24;
    /** What the parent gets when the child ends. */
    public static final int EXIT_SIGNAL = 32;
    /** The lowest byte of the stack. */
    public static final int STACK = 40;
    /** Its size in bytes. */
    public static final int STACK_SIZE = 48;
    /** The thread pointer. */
    public static final int TLS = 56;
    /** Chosen ids. */
    public static final int SET_TID = 64;
    /** How many. */
    public static final int SET_TID_SIZE = 72;
    /** A descriptor of a cgroup. */
    public static final int CGROUP = 80;
    /** The size in bytes. */
    public static final int SIZE = 88;

    private CloneArgs() {}
}
