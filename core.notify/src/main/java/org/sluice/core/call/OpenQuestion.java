package org.sluice.core.call;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.sluice.core.approval.Inquiry;
import org.sluice.core.chain.Question;
import org.sluice.linux.Errno;
import org.sluice.notify.Denial;
import org.sluice.notify.Verdict;
import org.sluice.target.Attempt;
import org.sluice.target.Interruption;
import org.sluice.target.Pidfd;

/**
 * The approval that an open(2) waits for. A thread whose call has been received sleeps so deeply that neither Ctrl-Z nor a
 * handler of Ctrl-C reaches it; natively it would not be asked at all. So when such a signal waits for it the question is
 * withdrawn and the call released: it ends with EINTR or, after the signal, is made again and asked about anew. Other
 * signals wait as they do for a slow disk. Thread-safe.
 */
final class OpenQuestion implements Question {

    /** SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU: people's ways to stop something. */
    private static final long STOPS = bits(1, 2, 3, 15, 19, 20, 21, 22);

    private final Hands hands;
    private final ReceivedCall call;
    private final OpenRequest open;
    private final Inquiry inquiry;
    private final Denial denial;

    OpenQuestion(Hands hands, ReceivedCall call, OpenRequest open, Inquiry inquiry, Denial denial) {
        this.hands = hands;
        this.call = call;
        this.open = open;
        this.inquiry = inquiry;
        this.denial = denial;
    }

    private static long bits(int... signals) {
        long bits = 0;
        for (int signal : signals) {
            bits |= 1L << (signal - 1);
        }
        return bits;
    }

    @Override
    public Optional<Verdict> await(BooleanSupplier wanted) throws InterruptedException {
        if (inquiry.isSettled()) {
            return outcome();
        }
        hands.beforeBlocking().run();
        Attempt<Pidfd> thread = hands.pidfds().acquire(call.tid());
        if (!thread.succeeded()) {
            inquiry.withdraw();
            return Optional.of(Verdict.failure(Errno.EPERM));
        }
        try (Pidfd pidfd = thread.get()) {
            Interruption interruption = hands.interruptions().watch(call.tid(), pidfd, STOPS);
            hands.interruptions().attend(interruption, inquiry::wake);
            try {
                return await(wanted, interruption);
            } finally {
                hands.interruptions().dismiss(interruption);
            }
        }
    }

    private Optional<Verdict> await(BooleanSupplier wanted, Interruption interruption) throws InterruptedException {
        if (!inquiry.await(() -> wanted.getAsBoolean() && interruption.cause() == Interruption.Cause.NONE)) {
            if (!wanted.getAsBoolean()) {
                return Optional.of(Verdict.failure(Errno.EPERM));
            }
            inquiry.withdraw();
            // What asked has let go of the terminal before the target may stop.
            inquiry.await(() -> true);
            return Optional.of(Blocking.outcome(-Errno.EINTR, interruption, true));
        }
        return outcome();
    }

    private Optional<Verdict> outcome() {
        if (inquiry.isApproved()) {
            open.approve();
            return Optional.empty();
        }
        String why = inquiry.reason();
        String reason = why.isEmpty() ? denial.reason() : "not approved: " + why;
        return Optional.of(Verdict.deny(new Denial(denial.operation(), denial.target(), reason, denial.remedy())));
    }

    @Override
    public void wake() {
        inquiry.wake();
    }

    /** The call is gone. */
    void withdraw() {
        inquiry.withdraw();
    }
}
