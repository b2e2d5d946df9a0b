package org.sluice.core.call;

import org.sluice.core.chain.Notification;
import org.sluice.core.chain.Reply;
import org.sluice.linux.Errno;
import org.sluice.notify.Verdict;

/**
 * The messages of one sendmmsg(2), sent one after another as in {@code __sys_sendmmsg} of net/socket.c: each is copied
 * when its turn comes and passes the chain by itself; the first that fails ends the series, and its errno is the call's
 * only if nothing was sent before it. On one thread after another.
 */
final class Series {

    private final ReceivedCall call;
    private final Copying copying;
    private final Dispatch dispatch;
    private final Answers answers;
    private final int count;
    private int sent;

    /** The chain: brings a call to its end and replies once, on this thread or another. */
    interface Dispatch {
        void dispatch(Notification call, Reply reply);
    }

    Series(ReceivedCall call, Copying copying, Dispatch dispatch, Answers answers) {
        this.call = call;
        this.copying = copying;
        this.dispatch = dispatch;
        this.answers = answers;
        this.count = SendmmsgCall.count(call);
    }

    /** Sends them, and answers the call. */
    void run() {
        while (sent < count) {
            ReceivedCall part = call.part();
            int errno = SendmmsgCall.copyPart(part, sent, copying);
            if (errno == 0 && !part.waits()) {
                errno = Errno.ESRCH;
            }
            if (errno != 0) {
                part.leave();
                end(errno);
                return;
            }
            Turn turn = new Turn(part);
            dispatch.dispatch(part, turn);
            if (!turn.goesOn) {
                return;
            }
        }
        end(0);
    }

    private void end(int errno) {
        if (sent > 0 || errno == 0) {
            answers.answer(call, Verdict.value(sent));
        } else {
            answers.answer(call, errno);
        }
    }

    /** The reply to one message. */
    private final class Turn implements Reply {

        private final ReceivedCall part;
        private final Thread thread = Thread.currentThread();
        /** Whether the series goes on where it began; read after the dispatch by the thread that wrote it, if any did. */
        private volatile boolean goesOn;

        Turn(ReceivedCall part) {
            this.part = part;
        }

        @Override
        public void answer(Notification notification, Verdict verdict) {
            boolean whole;
            int errno;
            try {
                errno = take(verdict);
                whole = errno == 0 && part.message().isWhole();
            } catch (RuntimeException | Error e) {
                answers.answer(call, Errno.EPERM);
                throw e;
            } finally {
                part.leave();
            }
            // A thread that took over may not go on: it has other work. Fewer than asked is an answer of the kernel,
            // too.
            if (whole && Thread.currentThread() == thread) {
                goesOn = true;
            } else {
                end(errno);
            }
        }

        /** Tells the target of one message; 0, or the errno with which the series ends. */
        private int take(Verdict verdict) {
            answers.record(part, verdict);
            if (verdict.continued()) {
                return Errno.EPERM;
            }
            if (!verdict.succeeded()) {
                return verdict.errno();
            }
            int errno = answers.writeInt(call, SendmmsgCall.sentAt(call, sent), (int) verdict.value());
            if (errno == 0) {
                sent++;
            }
            return -errno;
        }
    }
}
