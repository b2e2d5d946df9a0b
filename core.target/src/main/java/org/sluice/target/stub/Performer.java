package org.sluice.target.stub;

import java.util.function.LongSupplier;
import org.sluice.linux.Block;
import org.sluice.linux.Nr;

/**
 * Makes a few system calls in a child that ends right after: what such a child changes (working directory, umask, Landlock
 * domain) changes nothing in this process. It shares memory and descriptors with this process, so its calls may open or
 * bind, but never close or duplicate. Thread-safe.
 */
public final class Performer {

    private static final int NO_SIGNAL = 0;
    private static final int SIG_BLOCK = 0;
    private static final int SIG_SETMASK = 2;
    private static final int PR_SET_PDEATHSIG = 1;
    private static final int SIGKILL = 9;
    private static final long WALL = 0x40000000L;
    private static final int CAPACITY = 48;

    private Performer() {}

    /** Puts the calls of the child together; failing ones go on at {@code exit}. */
    @FunctionalInterface
    public interface Calls {
        /**
         * Adds the child's calls to {@code steps}, each with {@code onError(exit)} where a failure ends the child.
         *
         * @return reads the outcome from the steps once the child has ended
         */
        LongSupplier add(Steps steps, Steps.Step exit);
    }

    /**
     * Runs the calls in a child and waits for its end.
     *
     * @return what the function that {@code calls} returned says, or the negative errno of the clone itself
     */
    public static long perform(Calls calls) {
        return perform(0, calls);
    }

    /**
     * Runs the calls in a child that is born in new namespaces, and waits for its end.
     *
     * @param namespaces CLONE_NEWUSER and CLONE_NEWNET, or 0
     * @return as {@link #perform(Calls)}
     */
    public static long perform(long namespaces, Calls calls) {
        Steps steps = new Steps(CAPACITY);
        long all = steps.keep(Block.allocate(8).putLong(0, -1));
        long saved = steps.keep(Block.allocate(8));
        Steps.Step block = steps.call(Nr.RT_SIGPROCMASK, SIG_BLOCK, all, saved, 8);
        long flags = Clone.VM | Clone.VFORK | Clone.FILES | Clone.CLEAR_SIGHAND | namespaces;
        long arguments = Clone.arguments(steps, flags, NO_SIGNAL, 0);
        Steps.Step clone = steps.call(Nr.CLONE3, arguments, Clone.SIZE);
        Steps.Step reap = steps.call(Nr.WAIT4, 0, 0, WALL, 0);
        Steps.Step restore = steps.call(Nr.RT_SIGPROCMASK, SIG_SETMASK, saved, 0, 8);
        steps.end();

        Steps.Step exit = steps.call(Nr.EXIT_GROUP, 0);
        Steps.Step first = steps.call(Nr.PRCTL, PR_SET_PDEATHSIG, SIGKILL).onError(exit);
        LongSupplier outcome = calls.add(steps, exit);
        steps.call(Nr.EXIT_GROUP, 0);

        block.onError(restore);
        clone.onError(restore).onEqual(0, first).storeAt(reap.argument(0));
        Stub.run(steps);
        long pid = reap.given(0);
        return pid < 0 ? pid : outcome.getAsLong();
    }
}
