package org.sluice.core.spawn;

import java.util.function.IntConsumer;
import org.sluice.core.StartException;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.target.stub.Clone;
import org.sluice.target.stub.Steps;
import org.sluice.target.stub.Stub;

/**
 * Starts targets. Each target is the child of a <b>guard</b>: a child of this process that runs prepared system calls
 * only, has a descriptor table of its own without the listener, adopts the target's orphans (PR_SET_CHILD_SUBREAPER) and
 * waits for one of two ends:
 *
 * <ul>
 *   <li>the target has ended: the guard ends what is left of its descendants, then itself; the status word stays in
 *       memory that it shares with this process;
 *   <li>this process has ended, however: the guard ends the target and all descendants.
 * </ul>
 *
 * <p>It ends them with kill(-1). That reaches no process outside, because the guard is in a Landlock domain that scopes
 * signals; the target, in a domain inside that one, cannot reach the guard in turn. Where the kernel cannot scope
 * signals, the guard ends only the target itself.
 *
 * <p>Thread-safe.
 */
public final class Spawner implements AutoCloseable {

    private static final int SIG_BLOCK = 0;
    private static final int SIG_SETMASK = 2;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int EFD_CLOEXEC = 0x80000;

    /** Guards keep descriptors at 0 to 2, so those that they get must be above. */
    private static final int LOWEST = 3;

    /** The guard's own steps and the target's fixed ones, with room to spare. */
    private static final int FIXED_STEPS = 160;

    private final int supervisor;

    public Spawner() {
        long self = SysException.check(
                "pidfd_open", Linux.call(Nr.PIDFD_OPEN, ProcessHandle.current().pid(), 0));
        this.supervisor = above(self);
    }

    /** Whether a target makes a system call on its way from its filter to its execve. */
    public static boolean isMadeUnderFilter(int number) {
        return TargetSteps.UNDER_FILTER.contains(number);
    }

    /**
     * Starts a target and returns when its execve has succeeded.
     *
     * @param listenerTaker takes the listener over as soon as there is one, on this thread; it must begin to answer
     *     without waiting for this method, because calls on the way to execve may be trapped
     * @throws StartException if it did not; nothing of it is left
     */
    public GuardedProcess start(LaunchPlan plan, IntConsumer listenerTaker) {
        int events = above(SysException.check("eventfd", Linux.call(Nr.EVENTFD2, 0, EFD_CLOEXEC)));
        Steps steps = new Steps(FIXED_STEPS
                + plan.candidates().size()
                + plan.limits().size()
                + plan.passed().size());
        Block pidfds = Block.allocate(8);
        steps.keep(pidfds);
        Block pid = Block.allocate(8);

        long all = steps.keep(Block.allocate(8).putLong(0, -1));
        long saved = steps.keep(Block.allocate(8));
        Steps.Step block = steps.call(Nr.RT_SIGPROCMASK, SIG_BLOCK, all, saved, 8);
        long flags = Clone.VM | Clone.FILES | Clone.PIDFD | Clone.CLEAR_SIGHAND;
        long arguments = Clone.arguments(steps, flags, 0, pidfds.address(), steps.keep(pid));
        Steps.Step clone = steps.call(Nr.CLONE3, arguments, Clone.SIZE);
        Steps.Step restore = steps.call(Nr.RT_SIGPROCMASK, SIG_SETMASK, saved, 0, 8);
        steps.end();

        Steps.Step exit = steps.call(Nr.EXIT_GROUP, 127);
        TargetSteps target = new TargetSteps(steps, exit, events);
        TargetSteps.Wiring wiring = target.add(plan);
        GuardSteps guard = new GuardSteps(steps, exit, supervisor, events);
        Steps.Step first = guard.add(plan.guardRuleset(), wiring, pidfds.address() + 4);

        block.onError(restore);
        clone.onError(restore).onEqual(0, first);
        Stub.run(steps);
        if (clone.result() < 0) {
            Linux.close(events);
            throw new StartException(
                    StartException.Kind.SUPERVISOR,
                    "cannot start a process: clone3: " + Errno.describe((int) -clone.result()));
        }
        return GuardedProcess.await(pid.getInt(0), pidfds, events, guard, target, plan, listenerTaker);
    }

    private static int above(long fd) {
        if (fd >= LOWEST) {
            return (int) fd;
        }
        long moved = SysException.check("fcntl", Linux.call(Nr.FCNTL, fd, F_DUPFD_CLOEXEC, LOWEST));
        Linux.close((int) fd);
        return (int) moved;
    }

    @Override
    public void close() {
        Linux.close(supervisor);
    }
}
