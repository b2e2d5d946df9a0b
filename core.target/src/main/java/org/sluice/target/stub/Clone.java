package org.sluice.target.stub;

import org.sluice.linux.Block;

/**
 * The arguments of clone3(2) (struct clone_args in linux/sched.h, first version, 64 bytes) for a child that shares this
 * process's memory and runs a part of the same {@link Steps}.
 */
public final class Clone {

    /** The size of the arguments. */
    public static final int SIZE = 64;

    public static final long VM = 0x100;
    public static final long FILES = 0x400;
    public static final long PIDFD = 0x1000;
    public static final long VFORK = 0x4000;
    public static final long PARENT_SETTID = 0x10_0000;
    public static final long CLEAR_SIGHAND = 0x1_0000_0000L;

    private static final int FLAGS = 0;
    private static final int PIDFD_PLACE = 8;
    private static final int PID_PLACE = 24;
    private static final int EXIT_SIGNAL = 32;
    private static final int STACK = 40;
    private static final int STACK_SIZE = 48;

    /** The child's code uses no stack, but the kernel and debuggers are happier if there is one. */
    private static final int STACK_BYTES = 4096;

    private Clone() {}

    /**
     * Fills in the arguments and keeps them and the child's stack with {@code steps}.
     *
     * @param exitSignal the signal that the parent gets at the end, 0 for none (then only wait calls with __WALL see it)
     * @param pidfdPlace where the kernel writes the pidfd, 4 bytes; 0 if {@link #PIDFD} is not asked
     * @return the address for the call's first argument
     */
    public static long arguments(Steps steps, long flags, int exitSignal, long pidfdPlace) {
        return arguments(steps, flags, exitSignal, pidfdPlace, 0);
    }

    /**
     * The same with {@link #PARENT_SETTID}. The result of the call is no place to learn the child's number from, unless the
     * parent waits ({@link #VFORK}): the child, which shares the memory, writes its own result, 0, over the parent's.
     *
     * @param pidPlace where the kernel writes the child's number, 4 bytes
     */
    public static long arguments(Steps steps, long flags, int exitSignal, long pidfdPlace, long pidPlace) {
        Block arguments = Block.allocate(SIZE);
        Block stack = Block.allocate(STACK_BYTES + 16);
        long top = (steps.keep(stack) + STACK_BYTES + 15) & ~15L;
        arguments
                .putLong(FLAGS, pidPlace == 0 ? flags : flags | PARENT_SETTID)
                .putLong(PIDFD_PLACE, pidfdPlace)
                .putLong(PID_PLACE, pidPlace)
                .putLong(EXIT_SIGNAL, exitSignal)
                .putLong(STACK, top - STACK_BYTES)
                .putLong(STACK_SIZE, STACK_BYTES);
        return steps.keep(arguments);
    }
}
