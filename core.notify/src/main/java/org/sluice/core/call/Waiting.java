package org.sluice.core.call;

import org.sluice.linux.Errno;
import org.sluice.target.Arrivals;
import org.sluice.target.Attempt;
import org.sluice.target.Interruption;
import org.sluice.target.Pidfd;
import org.sluice.target.PinnedSocket;

/**
 * Calls that wait for something to come in (socket(7)): accept(2) and recvfrom(2). The supervisor waits until there is
 * something, and only then takes it, if the target still waits too: what it took for a target that has been killed would
 * be lost to others who have the same socket. Thread-safe.
 */
final class Waiting {

    private static final long MILLI = 1_000_000;

    private final Hands hands;

    /** Takes what has come in, without waiting. */
    interface Take {

        /**
         * Takes it.
         *
         * @param interruption ends the call if it waits after all, because somebody else was faster
         * @return 0 or more, or a negative errno: -EAGAIN if there is nothing
         */
        long take(Interruption interruption);
    }

    Waiting(Hands hands) {
        this.hands = hands;
    }

    /**
     * Takes what comes in.
     *
     * @param waits whether the call waits at all
     * @return what {@code take} returned, or the negative errno of a call that waited in vain
     */
    long run(ReceivedCall call, boolean waits, Take take) {
        Attempt<Pidfd> thread = hands.pidfds().acquire(call.tid());
        if (!thread.succeeded()) {
            return -Errno.EPERM;
        }
        try (Pidfd pidfd = thread.get()) {
            Interruption interruption = hands.interruptions().watch(call.tid(), pidfd);
            call.began(interruption);
            long result = take.take(interruption);
            if (result == -Errno.EAGAIN && waits) {
                hands.beforeBlocking().run();
                result = wait(call, pidfd, interruption, take);
            }
            return result;
        }
    }

    private long wait(ReceivedCall call, Pidfd thread, Interruption interruption, Take take) {
        PinnedSocket socket = call.pinned();
        long timeout = Arrivals.timeout(socket);
        long deadline = System.nanoTime() + timeout * MILLI;
        while (true) {
            int left = timeout == Arrivals.FOR_EVER ? -1 : left(deadline);
            long ready = hands.interruptions().run(interruption, () -> Arrivals.await(socket, thread, left));
            if (ready < 0) {
                // With a timeout a call is not restarted (sock_intr_errno in include/net/sock.h).
                return -Blocking.outcome(ready, interruption, timeout == Arrivals.FOR_EVER)
                        .errno();
            }
            if (!call.waits()) {
                return -Errno.EINTR;
            }
            long result = take.take(interruption);
            if (result != -Errno.EAGAIN || ready == 0) {
                return result;
            }
        }
    }

    private static int left(long deadline) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(0, (deadline - System.nanoTime() + MILLI - 1) / MILLI));
    }
}
