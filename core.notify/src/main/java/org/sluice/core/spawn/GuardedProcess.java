package org.sluice.core.spawn;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.sluice.core.ExitStatus;
import org.sluice.core.StartException;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;

/**
 * A target and its guard. Owns their pidfds and the descriptor over which the guard tells of changes; they are closed
 * when the {@link Reaper} has learnt of the guard's end. Thread-safe.
 */
public final class GuardedProcess {

    private static final int P_PIDFD = 3;
    private static final int WEXITED = 4;
    private static final long WALL = 0x40000000L;
    private static final int POLLIN = 1;

    /** About as long as the kernel takes to install a filter. */
    private static final long FILTER_NANOS = 50_000;

    private final int guardPid;
    private final int guardPidfd;
    private final int targetPidfd;
    private final int events;
    private final GuardSteps guard;
    private final CompletableFuture<ExitStatus> exit = new CompletableFuture<>();
    private boolean closed;

    private GuardedProcess(int guardPid, int guardPidfd, int targetPidfd, int events, GuardSteps guard) {
        this.guardPid = guardPid;
        this.guardPidfd = guardPidfd;
        this.targetPidfd = targetPidfd;
        this.events = events;
        this.guard = guard;
    }

    /** Waits until the target executes its command, or cleans up and says why it does not. */
    static GuardedProcess await(
            int guardPid,
            Block pidfds,
            int events,
            GuardSteps guard,
            TargetSteps target,
            LaunchPlan plan,
            IntConsumer listenerTaker) {
        int guardPidfd = pidfds.getInt(0);
        // The guard's word comes after the execve. Before it may come one of the target, just before its filter.
        long expected = plan.answeredEarly() ? 2 : 1;
        long words = takeWords(guardPidfd, events);
        if (words == 1 && expected == 2) {
            while (target.listener() == 0 && target.failure() == null && !isReadable(events)) {
                LockSupport.parkNanos(FILTER_NANOS);
            }
            if (target.listener() > 0) {
                listenerTaker.accept((int) target.listener());
            }
            words += takeWords(guardPidfd, events);
        } else if (target.listener() > 0) {
            listenerTaker.accept((int) target.listener());
        }
        int targetPidfd = pidfds.getInt(4) > 0 ? pidfds.getInt(4) : -1;
        GuardedProcess process = new GuardedProcess(guardPid, guardPidfd, targetPidfd, events, guard);
        TargetSteps.Failure failure = target.failure();
        List<Integer> attempts = target.attempts();
        if (words == expected && failure == null && attempts.get(attempts.size() - 1) == 0) {
            return process;
        }
        process.reap();
        throw explain(failure, attempts, plan);
    }

    /** Waits for a word and takes all that there are; 0 if the guard has ended without. */
    private static long takeWords(int guardPidfd, int events) {
        Block polled = Block.allocate(16).putInt(0, events).putShort(4, POLLIN);
        polled.putInt(8, guardPidfd).putShort(12, POLLIN);
        while (true) {
            long ready = Linux.call(Nr.PPOLL, polled.address(), 2, 0, 0, 0, 0);
            if (ready > 0) {
                if (polled.getShort(6) == 0) {
                    return 0;
                }
                SysException.check("read of an eventfd", Linux.call(Nr.READ, events, polled.address(), 8));
                return polled.getLong(0);
            }
            if (ready != -Errno.EINTR) {
                SysException.check("ppoll", ready);
            }
        }
    }

    private static boolean isReadable(int fd) {
        Block polled = Block.allocate(24).putInt(0, fd).putShort(4, POLLIN);
        return Linux.call(Nr.PPOLL, polled.address(), 1, polled.address() + 8, 0, 0, 0) > 0;
    }

    /** What the filter's refusal means, see seccomp(2). */
    private static String remedy(TargetSteps.Failure failure) {
        if (!failure.what().equals(TargetSteps.FILTER)) {
            return "";
        }
        return switch (failure.errno()) {
            case Errno.EBUSY ->
                "; another supervisor answers for this process already: a sandbox cannot be started in a sandbox";
            case Errno.ENOSYS, Errno.EINVAL, Errno.EPERM ->
                "; this kernel or container offers no seccomp user notification: run Sluice outside the container, or "
                        + "with a seccomp profile that allows it (`sluice check` shows what is there)";
            default -> "";
        };
    }

    private static StartException explain(
            TargetSteps.@Nullable Failure failure, List<Integer> attempts, LaunchPlan plan) {
        String command = plan.arguments().get(0).toString();
        if (failure != null) {
            return new StartException(
                    StartException.Kind.SUPERVISOR,
                    "cannot start " + command + ": " + failure.what() + ": " + Errno.describe(failure.errno())
                            + remedy(failure));
        }
        if (attempts.stream().allMatch(errno -> errno == 0)) {
            return new StartException(
                    StartException.Kind.SUPERVISOR, "cannot start " + command + ": its guard ended at once");
        }
        for (int i = 0; i < attempts.size(); i++) {
            int errno = attempts.get(i);
            if (errno != Errno.ENOENT && errno != Errno.ENOTDIR) {
                return new StartException(
                        StartException.Kind.NOT_EXECUTABLE,
                        "cannot execute " + plan.candidates().get(i) + ": " + Errno.describe(errno));
            }
        }
        return new StartException(
                StartException.Kind.NOT_FOUND,
                command + ": command not found" + (plan.candidates().size() > 1 ? " in any folder of PATH" : ""));
    }

    /** The target's process id. */
    public int pid() {
        return guard.targetPid();
    }

    /** The guard's process id. */
    public int guardPid() {
        return guardPid;
    }

    /** Completed by the {@link Reaper}. */
    public CompletableFuture<ExitStatus> exit() {
        return exit;
    }

    /** Calls {@code action} once the process has ended, on the reaper's thread; it must not block. */
    public void onEnd(Consumer<ExitStatus> action) {
        // A failing action is a defect of ours and would otherwise vanish in the future.
        CompletableFuture<Void> done = exit.thenAccept(action);
        if (done.isCompletedExceptionally()) {
            done.join();
        }
    }

    int guardPidfd() {
        return guardPidfd;
    }

    int events() {
        return events;
    }

    /** Sends a signal to the target; nothing happens once it has ended. */
    public synchronized void signal(int number) {
        if (!closed) {
            long result = Linux.call(Nr.PIDFD_SEND_SIGNAL, targetPidfd, number, 0, 0, 0, 0);
            if (result < 0 && result != -Errno.ESRCH) {
                throw new SysException("signal " + number + " to process " + pid(), (int) -result);
            }
        }
    }

    /** Waits for the guard, which has ended or is about to, and closes everything. Does not complete {@link #exit}. */
    ExitStatus reap() {
        Block info = Block.allocate(128);
        long result;
        do {
            result = Linux.call(Nr.WAITID, P_PIDFD, guardPidfd, info.address(), WEXITED | WALL, 0, 0);
        } while (result == -Errno.EINTR);
        SysException.check("waitid of guard " + guardPid, result);
        synchronized (this) {
            closed = true;
            Linux.close(guardPidfd);
            Linux.close(events);
            if (targetPidfd >= 0) {
                Linux.close(targetPidfd);
            }
        }
        return ExitStatus.fromWait(guard.status());
    }
}
