package org.sluice.core.call;

import java.util.Optional;
import org.sluice.notify.Denial;

/** Judges calls of the deny list, which no handler is asked about. Thread-safe. */
public interface Refusals {

    /** What is to be done with a call. */
    sealed interface Judgement permits Passed, Refused, Continued {}

    /** It is not on the list: the handlers decide. */
    record Passed() implements Judgement {}

    /** It is on the list and harmless as it stands in its registers: the kernel runs it. */
    record Continued() implements Judgement {}

    /**
     * The call is answered at once.
     *
     * @param result 0 or a negative errno
     * @param denial for the record; empty for an answer that is no denial
     */
    record Refused(int result, Optional<Denial> denial) implements Judgement {}

    /**
     * Judges one call by its registers.
     *
     * @param tid the caller
     * @param arguments the six registers
     */
    Judgement judge(int tid, int number, long[] arguments);
}
