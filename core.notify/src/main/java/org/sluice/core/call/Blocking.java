package org.sluice.core.call;

import org.sluice.linux.Errno;
import org.sluice.notify.Verdict;
import org.sluice.target.Interruption;

/** How a call that blocked in the supervisor ends for the target. */
final class Blocking {

    /** Not for programs: the kernel turns it into EINTR or restarts the call, as the signal's handler says. */
    private static final int ERESTARTSYS = 512;

    private Blocking() {}

    /**
     * What the target gets.
     *
     * @param result the call's own, 0 or more, or a negative errno
     */
    static Verdict outcome(long result, Interruption interruption) {
        if (result >= 0) {
            return Verdict.value(result);
        }
        boolean restart = result == -Errno.EINTR
                && interruption.cause() == Interruption.Cause.SIGNAL
                && interruption.restartable();
        return Verdict.failure(restart ? ERESTARTSYS : (int) -result);
    }
}
