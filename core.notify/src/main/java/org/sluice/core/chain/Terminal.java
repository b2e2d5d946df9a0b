package org.sluice.core.chain;

import java.util.Optional;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Denial;
import org.sluice.notify.Verdict;

/** The end of the chain, where the core performs the call or lets the kernel do so. */
public interface Terminal {

    /**
     * Brings a call to its end on the calling thread. May block for as long as the call does.
     *
     * @param address the address to use, in place of the target's
     * @param exclusive see {@code Call.exclusive}
     */
    Verdict perform(Notification notification, Optional<Address> address, boolean exclusive);

    /** See {@code Call.performPrivately}; on the calling thread, and soon done. */
    default Verdict performPrivately(Notification notification) {
        return CallRun.REFUSED;
    }

    /** Lets the call open a file that holds {@code content}; on the calling thread, and soon done. */
    default Verdict serve(Notification notification, Bytes content) {
        return CallRun.REFUSED;
    }

    /**
     * Asks for approval of what the call would open, or finds what was asked before. Does not wait.
     *
     * @param denial what is recorded if the answer is no, with another reason
     * @throws IllegalStateException if the call opens nothing
     */
    default Question question(Notification notification, Denial denial) {
        throw new IllegalStateException(notification.name() + " opens nothing that could be approved");
    }

    /**
     * Nobody waits any more for the operation that {@link #perform} carries out for this call on another thread: the call
     * has been answered without it. May end it; need not.
     */
    default void abandon(Notification notification) {}
}
