package org.sluice.core.call;

import java.util.Optional;
import org.sluice.linux.Block;
import org.sluice.notify.Address;
import org.sluice.notify.Verdict;

/**
 * One kind of system call that the core performs in the target's place: what is copied of it before the first handler
 * runs, how it is performed from that copy, and what its answer writes into the target's memory. Knows no single call;
 * thread-safe.
 */
interface Kind {

    /**
     * Pins and copies what the arguments refer to. Memory is read at most once; whether the call still waits is checked
     * by the caller.
     *
     * @param scratch native memory for this call alone, until this method returns
     * @return 0, or the errno that the kernel gives for a bad argument
     */
    int copy(ReceivedCall call, Copying from, Block scratch);

    /**
     * Performs the call on the calling thread. May block for as long as the call does.
     *
     * @param address the address to use, in place of the target's
     * @param exclusive see {@code Call.exclusive}
     */
    Verdict perform(ReceivedCall call, Optional<Address> address, boolean exclusive);

    /**
     * Writes what goes with a verdict that succeeded, other than {@link Verdict#writes}.
     *
     * @return 0 or a negative errno, which the call then fails with
     */
    default int tell(ReceivedCall call, Verdict verdict, Telling to) {
        return 0;
    }

    /** What a call returns whose verdict succeeded and was told. */
    default long result(ReceivedCall call, Verdict verdict) {
        return verdict.value();
    }
}
