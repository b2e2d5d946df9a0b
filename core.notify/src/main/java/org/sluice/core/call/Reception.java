package org.sluice.core.call;

import org.sluice.core.pump.Intake;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;

/**
 * Takes notifications in: pins and copies what the arguments refer to, once, checks that the call still waits, and only
 * then hands it on. A bad argument is answered as the kernel answers it, before any handler is asked. Thread-safe.
 */
final class Reception implements Intake {

    private final Copying copying;
    private final Kinds kinds;
    private final Answers answers;
    private final Resolver resolver;
    private final Next next;

    /** What happens with a call once it has been copied. Answers it exactly once and never throws. */
    interface Next {
        void handle(ReceivedCall call);
    }

    Reception(Copying copying, Kinds kinds, Answers answers, Resolver resolver, Next next) {
        this.copying = copying;
        this.kinds = kinds;
        this.answers = answers;
        this.resolver = resolver;
        this.next = next;
    }

    @Override
    public void handle(Block received, Block scratch) {
        ReceivedCall call = new ReceivedCall(received, resolver, answers::waits);
        int errno;
        try {
            errno = copy(call, scratch);
        } catch (RuntimeException | Error e) {
            answers.answer(call, Errno.EPERM);
            throw e;
        }
        if (errno != 0) {
            answers.answer(call, errno);
        } else {
            next.handle(call);
        }
    }

    private int copy(ReceivedCall call, Block scratch) {
        Kind kind = kinds.of(call.number());
        if (kind == null) {
            return 0;
        }
        int errno = kind.copy(call, copying, scratch);
        if (errno != 0) {
            return errno;
        }
        // What was pinned and read by the thread's number is this call's only if the call still waits.
        return call.isConfirmed() || answers.waits(call.id()) ? 0 : Errno.ESRCH;
    }
}
