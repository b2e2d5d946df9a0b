package org.sluice.core.chain;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.sluice.notify.Verdict;

/**
 * What somebody is asked about a call. It belongs to the call and not to who waits for it: a call that is withdrawn from
 * its handler and offered to another one finds the question still open, or answered. Thread-safe.
 */
public interface Question {

    /**
     * Waits for the answer.
     *
     * @param wanted whether the caller still waits; asked again after each {@link #wake}
     * @return empty if it is a yes, else what the target gets; anything if it is not wanted any more
     */
    Optional<Verdict> await(BooleanSupplier wanted) throws InterruptedException;

    /** Makes those who wait look again whether they still do. */
    void wake();
}
