package org.sluice.core.spawn;

import org.sluice.linux.Block;
import org.sluice.linux.Nr;
import org.sluice.target.stub.Clone;
import org.sluice.target.stub.Steps;

/**
 * The calls that a guard makes, from its beginning to its end. See {@link Spawner} for what it is for. All signals are
 * blocked in it; it learns of its children's ends from a signalfd.
 */
final class GuardSteps {

    private static final int PR_SET_CHILD_SUBREAPER = 36;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int CLOSE_RANGE_UNSHARE = 2;
    private static final int SFD_NONBLOCK = 0x800;
    private static final int SIGCHLD = 17;
    private static final int SIGKILL = 9;
    private static final int WNOHANG = 1;
    private static final int WUNTRACED = 2;
    private static final int POLLIN = 1;

    /** Children too whose end sends another signal than SIGCHLD, or none. */
    private static final long WALL = 0x4000_0000L;

    private static final int STOPPED = 0x7f;

    /** The guard's descriptors. */
    private static final int SUPERVISOR = 0;

    private static final int EVENTS = 1;
    private static final int CHILDREN = 2;

    /** A struct pollfd of {@link #SUPERVISOR} read as one word, while the supervisor lives. */
    private static final long SUPERVISOR_ALIVE = ((long) POLLIN << 32) | SUPERVISOR;

    private final Steps steps;
    private final Steps.Step exit;
    private final int supervisor;
    private final int events;
    private final Block status = Block.allocate(8);
    private Steps.Step reap;

    GuardSteps(Steps steps, Steps.Step exit, int supervisor, int events) {
        this.steps = steps;
        this.exit = exit;
        this.supervisor = supervisor;
        this.events = events;
        this.reap = exit;
    }

    /** The target's pid; known once the guard has told of its start. */
    int targetPid() {
        return (int) reap.expected();
    }

    /** The status word of the target's end; known once the guard has ended. */
    int status() {
        return status.getInt(0);
    }

    /**
     * Adds the calls.
     *
     * @param ruleset scopes signals; -1 where the kernel cannot
     * @param pidfd where the target's pidfd is written
     * @return the first
     */
    Steps.Step add(int ruleset, TargetSteps.Wiring target, long pidfd) {
        Steps.Step first = steps.call(Nr.GETPID).storeAt(target.parent().value());
        steps.call(Nr.PRCTL, PR_SET_CHILD_SUBREAPER, 1).onError(exit);
        if (ruleset >= 0) {
            steps.call(Nr.PRCTL, PR_SET_NO_NEW_PRIVS, 1).onError(exit);
            steps.call(Nr.LANDLOCK_RESTRICT_SELF, ruleset, 0).onError(exit);
        }
        long flags = Clone.VM | Clone.VFORK | Clone.FILES | Clone.PIDFD | Clone.CLEAR_SIGHAND;
        Steps.Step clone = steps.call(Nr.CLONE3, Clone.arguments(steps, flags, SIGCHLD, pidfd), Clone.SIZE);
        clone.onError(exit).onEqual(0, target.first());
        takeTableOfItsOwn();
        watch(clone, ruleset >= 0);
        return first;
    }

    /** Leaves the shared table and keeps three descriptors: the listener must end with the supervisor. */
    private void takeTableOfItsOwn() {
        int above = Math.max(supervisor, events) + 1;
        steps.call(Nr.CLOSE_RANGE, above, 0xffff_ffffL, CLOSE_RANGE_UNSHARE).onError(exit);
        steps.call(Nr.DUP3, supervisor, SUPERVISOR, 0).onError(exit);
        steps.call(Nr.DUP3, events, EVENTS, 0).onError(exit);
        steps.call(Nr.CLOSE_RANGE, CHILDREN, 0xffff_ffffL, 0).onError(exit);
        long mask = steps.keep(Block.allocate(8).putLong(0, 1L << (SIGCHLD - 1)));
        steps.call(Nr.SIGNALFD4, -1, mask, 8, SFD_NONBLOCK).onError(exit);
    }

    private void watch(Steps.Step clone, boolean scoped) {
        long one = steps.keep(Block.allocate(8).putLong(0, 1));
        long scratch = steps.keep(Block.allocate(256));
        long poll = steps.keep(
                Block.allocate(16).putLong(0, SUPERVISOR_ALIVE).putLong(8, ((long) POLLIN << 32) | CHILDREN));
        steps.keep(status);

        Steps.Step tell = steps.call(Nr.WRITE, EVENTS, one, 8);
        Steps.Step wait = steps.call(Nr.PPOLL, poll, 2, 0, 0, 0);
        steps.call(Nr.READ, CHILDREN, scratch, 128);
        reap = steps.call(Nr.WAIT4, -1, status.address(), WNOHANG | WUNTRACED | WALL, 0);
        Steps.Step none = steps.test(reap.resultPlace(), -1);
        Steps.Step alive = steps.test(poll, -1);
        Steps.Step changed = steps.test(status.address(), 0xff);
        Steps.Step stopped = steps.call(Nr.WRITE, EVENTS, one, 8);
        // Where signals are not scoped kill(-1) would reach every process of the user: the guard only ends, and the
        // target gets its death signal.
        Steps.Step kill = scoped ? steps.call(Nr.KILL, -1, SIGKILL) : steps.call(Nr.EXIT_GROUP, 0);
        Steps.Step last = steps.call(Nr.WAIT4, -1, scratch, WALL, 0);
        Steps.Step end = steps.call(Nr.EXIT_GROUP, 0);

        clone.storeAt(reap.value());
        tell.otherwise(wait);
        reap.onError(kill).onEqual(changed).otherwise(none);
        none.onEqual(0, alive).otherwise(reap);
        alive.onEqual(SUPERVISOR_ALIVE, wait).otherwise(kill);
        changed.onEqual(STOPPED, stopped).otherwise(kill);
        stopped.onError(reap).otherwise(reap);
        last.onError(end).otherwise(kill);
    }
}
