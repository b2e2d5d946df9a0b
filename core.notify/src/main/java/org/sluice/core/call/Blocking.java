package org.sluice.core.call;

import org.sluice.linux.Errno;
import org.sluice.notify.Verdict;
import org.sluice.target.Interruption;
import org.sluice.target.PinnedSocket;

/** How a call that blocked in the supervisor ends for the target. */
final class Blocking {

    /** Not for programs: the kernel turns it into EINTR or restarts the call, as the signal's handler says. */
    private static final int ERESTARTSYS = 512;

    private Blocking() {}

    /**
     * What the target gets.
     *
     * @param result the call's own, 0 or more, or a negative errno
     * @param socket what it blocked on; with a time limit of its own it is not restarted (sock_intr_errno in net/sock.h)
     */
    static Verdict outcome(long result, Interruption interruption, PinnedSocket socket) {
        return outcome(result, interruption, !socket.hasSendTimeout());
    }

    /**
     * What the target gets.
     *
     * @param result the call's own, 0 or more, or a negative errno
     * @param restarts whether the kernel restarts such a call where the signal's handler wants that
     */
    static Verdict outcome(long result, Interruption interruption, boolean restarts) {
        if (result >= 0) {
            return Verdict.value(result);
        }
        boolean restart = restarts
                && result == -Errno.EINTR
                && interruption.cause() == Interruption.Cause.SIGNAL
                && interruption.restartable();
        return Verdict.failure(restart ? ERESTARTSYS : (int) -result);
    }
}
