package org.sluice.core.spawn;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.sluice.linux.Block;
import org.sluice.linux.Nr;
import org.sluice.notify.Bytes;
import org.sluice.target.stub.Steps;

/**
 * The calls that a target makes between its clone and its execve. The order is the whole point:
 *
 * <ol>
 *   <li>no_new_privs, the signal for the guard's death, and a look whether the guard has died already;
 *   <li>capabilities, the Landlock domain, the filter. The listener lands in the descriptor table that is still shared
 *       with the supervisor;
 *   <li>a descriptor table of its own, with everything in it to be closed at execve. A dup3 before this would hit the
 *       supervisor's descriptors;
 *   <li>the standard streams, directory, limits, signals, execve. These calls pass the filter already. If it delivers some
 *       of them, the supervisor is told just before it is installed, takes the listener, and answers them.
 * </ol>
 */
final class TargetSteps {

    /** What a {@link Failure} calls the step that installs the filter. */
    static final String FILTER = "seccomp filter";

    private static final int PR_SET_PDEATHSIG = 1;
    private static final int PR_CAPBSET_DROP = 24;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int PR_CAP_AMBIENT = 47;
    private static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;
    private static final int CAPABILITY_VERSION_3 = 0x20080522;
    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final int CLOSE_RANGE_UNSHARE = 2;
    private static final int CLOSE_RANGE_CLOEXEC = 4;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int F_SETFD = 2;
    private static final int SIGKILL = 9;
    private static final int SIG_IGN = 1;
    private static final int SIG_SETMASK = 2;

    /** The first number that is no standard stream's. */
    private static final int SPARE = 3;

    /** The calls that are made under the filter. */
    static final Set<Integer> UNDER_FILTER = Set.of(
            Nr.CLOSE_RANGE,
            Nr.FCNTL,
            Nr.DUP3,
            Nr.CHDIR,
            Nr.PRLIMIT64,
            Nr.RT_SIGACTION,
            Nr.RT_SIGPROCMASK,
            Nr.EXECVE,
            Nr.EXIT_GROUP);

    private final Steps steps;
    private final Steps.Step exit;
    private final List<Named> named = new ArrayList<>();
    private final List<Steps.Step> attempts = new ArrayList<>();
    private final int events;
    private Steps.Step filter;

    /** A step with what it does, for the message if it fails. */
    private record Named(String what, Steps.Step step) {}

    TargetSteps(Steps steps, Steps.Step exit, int events) {
        this.steps = steps;
        this.exit = exit;
        this.events = events;
        this.filter = exit;
    }

    /**
     * Adds the calls.
     *
     * @return the steps that the guard's list refers to
     */
    Wiring add(LaunchPlan plan) {
        Steps.Step first = must("no_new_privs", Nr.PRCTL, PR_SET_NO_NEW_PRIVS, 1);
        must("death signal", Nr.PRCTL, PR_SET_PDEATHSIG, SIGKILL);
        Steps.Step parent = steps.call(Nr.GETPPID);
        parent.otherwise(exit);
        Steps.Step next = steps.test(parent.value(), -1);
        parent.onEqual(next);
        dropCapabilities(plan);
        if (plan.ruleset() >= 0) {
            must("Landlock domain", Nr.LANDLOCK_RESTRICT_SELF, plan.ruleset(), 0);
        }
        if (plan.answeredEarly()) {
            long one = steps.keep(Block.allocate(8).putLong(0, 1));
            must("word of the filter", Nr.WRITE, events, one, 8);
        }
        filter = must(FILTER, Nr.SECCOMP, SECCOMP_SET_MODE_FILTER, plan.filterFlags(), plan.filter());
        must("descriptor table", Nr.CLOSE_RANGE, 3, 0xffff_ffffL, CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC);
        streams(plan);
        for (int fd : plan.passed()) {
            must("descriptor " + fd, Nr.FCNTL, fd, F_SETFD, 0);
        }
        if (!plan.directory().isEmpty()) {
            must("working directory " + plan.directory(), Nr.CHDIR, text(plan.directory()));
        }
        limits(plan);
        ignore(plan.ignoredSignals());
        execute(plan);
        steps.call(Nr.EXIT_GROUP, 127);
        return new Wiring(first, parent);
    }

    /**
     * The steps that the guard's list refers to.
     *
     * @param first where the target begins
     * @param parent the look at the parent; its value is to be the guard's pid
     */
    record Wiring(Steps.Step first, Steps.Step parent) {}

    /** The listener, 0 while there is none, negative if the filter could not be installed. */
    long listener() {
        return filter.result();
    }

    /** The step that failed before the command could be tried, in words with its errno, or {@code null}. */
    @org.jspecify.annotations.Nullable
    Failure failure() {
        for (Named each : named) {
            if (each.step.result() < 0) {
                return new Failure(each.what, (int) -each.step.result());
            }
        }
        return null;
    }

    /** What failed. */
    record Failure(String what, int errno) {}

    /** The errnos of the attempts to execute, in order; 0 for those not reached. */
    List<Integer> attempts() {
        return attempts.stream().map(step -> (int) -step.result()).toList();
    }

    private void dropCapabilities(LaunchPlan plan) {
        if (plan.lastCapability() < 0) {
            return;
        }
        for (int capability = 0; capability <= plan.lastCapability(); capability++) {
            if (((plan.capabilities() >> capability) & 1) == 0) {
                // Refused where the bounding set may not be changed; no_new_privs then keeps execve from giving more.
                steps.call(Nr.PRCTL, PR_CAPBSET_DROP, capability);
            }
        }
        steps.call(Nr.PRCTL, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL);
        Block header = Block.allocate(8).putInt(0, CAPABILITY_VERSION_3);
        Block sets = Block.allocate(24);
        for (int half = 0; half < 2; half++) {
            int kept = (int) (plan.capabilities() >> (32 * half));
            sets.putInt(12 * half, kept).putInt(12 * half + 4, kept);
        }
        must("capabilities", Nr.CAPSET, steps.keep(header), steps.keep(sets));
    }

    /** Copies the streams out of the way of 0 to 2 first, so that no order among them can overwrite one. */
    private void streams(LaunchPlan plan) {
        Steps.Step[] copies = new Steps.Step[3];
        for (int i = 0; i < 3; i++) {
            copies[i] = must("standard stream " + i, Nr.FCNTL, plan.stdio().get(i), F_DUPFD_CLOEXEC, SPARE);
        }
        for (int i = 0; i < 3; i++) {
            Steps.Step onto = must("standard stream " + i, Nr.DUP3, -1, i, 0);
            copies[i].storeAt(onto.argument(0));
        }
    }

    private void limits(LaunchPlan plan) {
        for (LaunchPlan.Limit limit : plan.limits()) {
            Block pair = Block.allocate(16).putLong(0, limit.value()).putLong(8, limit.value());
            must("limit " + limit.resource(), Nr.PRLIMIT64, 0, limit.resource(), steps.keep(pair), 0);
        }
    }

    private void ignore(long signals) {
        Block action = Block.allocate(32).putLong(0, SIG_IGN);
        for (int signal = 1; signal <= 64; signal++) {
            if (((signals >>> (signal - 1)) & 1) == 1) {
                steps.call(Nr.RT_SIGACTION, signal, steps.keep(action), 0, 8);
            }
        }
    }

    private void execute(LaunchPlan plan) {
        Block mask = Block.allocate(8).putLong(0, plan.blockedSignals());
        must("signal mask", Nr.RT_SIGPROCMASK, SIG_SETMASK, steps.keep(mask), 0, 8);
        long arguments = vector(plan.arguments());
        long environment = vector(plan.environment());
        for (Bytes candidate : plan.candidates()) {
            attempts.add(steps.call(Nr.EXECVE, text(candidate), arguments, environment));
        }
    }

    private long vector(List<Bytes> texts) {
        Block pointers = Block.allocate(8 * (texts.size() + 1));
        for (int i = 0; i < texts.size(); i++) {
            pointers.putLong(8 * i, text(texts.get(i)));
        }
        return steps.keep(pointers);
    }

    private long text(Bytes text) {
        return steps.keep(Block.cString(text.toArray()));
    }

    private Steps.Step must(String what, int number, long... arguments) {
        Steps.Step step = steps.call(number, arguments).onError(exit);
        named.add(new Named(what, step));
        return step;
    }
}
