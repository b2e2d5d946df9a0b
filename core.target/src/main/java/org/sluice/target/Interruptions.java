package org.sluice.target;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/**
 * Ends blocking calls on a target's behalf when the kernel would have ended them: when a signal waits for the target's
 * thread, or the thread is gone. Nothing tells of a signal to a thread that waits for a notification's answer, so one
 * thread looks every {@value #TICK_MILLIS} ms at those targets for which a call is in progress. It wakes the thread that
 * is in the call by a directed signal, again and again until that has left the call: the first may come before it has
 * quite begun. Thread-safe.
 */
public final class Interruptions implements AutoCloseable {

    /** How often signals are looked for, in milliseconds. */
    static final int TICK_MILLIS = 20;

    /** How long the watcher goes on ticking without work before it sleeps, so that a busy target need not wake it. */
    private static final int IDLE_TICKS = 50;

    private static final short POLLIN = 1;

    private static final Logger LOG = LoggerFactory.getLogger(Interruptions.class);

    private final Set<Interruption> running = ConcurrentHashMap.newKeySet();
    private final Thread watcher;
    private volatile boolean asleep;
    private volatile boolean closed;

    /** Starts the watcher, a daemon thread. */
    public Interruptions() {
        watcher = new Thread(this::watch, "sluice-interruptions");
        watcher.setDaemon(true);
        watcher.start();
    }

    /**
     * Prepares for a call on behalf of a thread.
     *
     * @param thread its pidfd, held by the caller for as long as the call lasts; without it its end is not noticed
     */
    public Interruption watch(int tid, @Nullable Pidfd thread) {
        return watch(tid, thread, Interruption.ANY);
    }

    /**
     * The same for a call that only some signals end.
     *
     * @param signals bit n-1 for signal n
     */
    public Interruption watch(int tid, @Nullable Pidfd thread, long signals) {
        return new Interruption(tid, thread, signals);
    }

    /**
     * Looks after a wait that is no system call, until {@link #dismiss}.
     *
     * @param told run on the watcher's thread, perhaps more than once, when the wait has to end; returns quickly
     */
    public void attend(Interruption interruption, Runnable told) {
        interruption.attended(told);
        running.add(interruption);
        if (asleep) {
            LockSupport.unpark(watcher);
        }
    }

    /** The wait is over. */
    public void dismiss(Interruption interruption) {
        running.remove(interruption);
        interruption.attended(() -> {});
    }

    /**
     * Makes a call that may block, on the calling thread.
     *
     * @param call a system call that may be made again after EINTR, such as connect(2)
     * @return its result, or -EINTR with a {@linkplain Interruption#cause cause}
     */
    public long run(Interruption interruption, LongSupplier call) {
        int self = Scratch.get().wakeable();
        running.add(interruption);
        if (asleep) {
            LockSupport.unpark(watcher);
        }
        try {
            long result = -Errno.EINTR;
            while (result == -Errno.EINTR && interruption.enter(self)) {
                result = call.getAsLong();
            }
            return result;
        } finally {
            running.remove(interruption);
            interruption.leave();
        }
    }

    /** How many calls are in progress. */
    public int size() {
        return running.size();
    }

    /** Cancels what is in progress and ends the watcher once that has returned. */
    @Override
    public void close() {
        closed = true;
        running.forEach(Interruption::cancel);
        LockSupport.unpark(watcher);
    }

    private void watch() {
        int idle = 0;
        while (!closed || !running.isEmpty()) {
            idle = running.isEmpty() ? idle + 1 : 0;
            if (idle > IDLE_TICKS) {
                sleep();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS));
            for (Interruption each : running) {
                lookSafely(each);
            }
        }
    }

    /** Until there is work; told by {@link #asleep}, which is set before looking once more. */
    private void sleep() {
        asleep = true;
        while (running.isEmpty() && !closed) {
            LockSupport.park(this);
        }
        asleep = false;
    }

    /** One call that cannot be looked at must not leave all others without a watcher. */
    private void lookSafely(Interruption call) {
        try {
            look(call);
        } catch (RuntimeException e) {
            LOG.error("thread {} cannot be watched; its call is given up", call.tid(), e);
            call.cancel();
        }
    }

    private void look(Interruption call) {
        if (closed) {
            call.cancel();
        }
        if (call.cause() != Interruption.Cause.NONE) {
            call.wake();
        } else if (hasEnded(call.thread())) {
            call.end(Interruption.Cause.DEATH, false);
        } else {
            ThreadStatus status = ThreadStatus.read(call.tid());
            if (status.killed()) {
                call.end(Interruption.Cause.DEATH, false);
            } else if (status.interruptedBy(call.signals())) {
                call.end(Interruption.Cause.SIGNAL, status.surelyInterruptedBy(call.signals()));
            }
        }
    }

    private static boolean hasEnded(@Nullable Pidfd thread) {
        if (thread == null) {
            return false;
        }
        Block pollfd = Scratch.get().vectors;
        pollfd.putInt(0, thread.fd())
                .putShort(4, POLLIN)
                .putShort(6, 0)
                .putLong(8, 0)
                .putLong(16, 0);
        return Linux.call(Nr.PPOLL, pollfd.address(), 1, pollfd.address() + 8, 0, 0, 0) > 0;
    }
}
