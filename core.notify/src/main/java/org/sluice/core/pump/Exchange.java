package org.sluice.core.pump;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sluice.bpf.Listener;
import org.sluice.bpf.Seccomp;
import org.sluice.bpf.SeccompNotifResp;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.target.stub.Steps;
import org.sluice.target.stub.Stub;

/**
 * Answers one notification and waits for the next in one step out of Java. With synchronous wake-ups the target runs when
 * its supervisor sleeps, so the answer loses nothing by waiting for that; and a way into native code is saved, which is
 * the largest cost of a trapped call after the kernel's own. The last descriptor of the call is closed on the same way. For
 * one thread.
 */
final class Exchange {

    private static final long UNSIGNED = 0xffff_ffffL;

    private static final int NONE = -1;

    private final Block response = Block.allocate(SeccompNotifResp.SIZE);
    private final Round plain;
    private final Round closing;
    private Round last;
    private boolean pending;
    private int toClose = NONE;

    /** One program that sends and receives, and before that may close a descriptor. */
    private static final class Round {

        private final Steps steps = new Steps(4);
        private final Steps.@Nullable Step close;
        private final Steps.Step send;
        private final Steps.Step receive;

        Round(boolean closes, Listener listener, Block response, Block received) {
            close = closes ? steps.call(Nr.CLOSE) : null;
            send = steps.call(Nr.IOCTL, listener.fd(), Seccomp.IOCTL_SEND & UNSIGNED, steps.keep(response));
            receive = steps.call(Nr.IOCTL, listener.fd(), Seccomp.IOCTL_RECV & UNSIGNED, steps.keep(received));
            steps.end();
        }

        Round closing(int fd) {
            Objects.requireNonNull(close).give(0, fd);
            return this;
        }
    }

    /** Receives into {@code received}. */
    Exchange(Listener listener, Block received) {
        plain = new Round(false, listener, response, received);
        closing = new Round(true, listener, response, received);
        last = plain;
    }

    /** Keeps an answer for {@link #run}; false if there is one already. */
    boolean keep(long id, long value, int error, int flags) {
        if (pending) {
            return false;
        }
        response.putLong(SeccompNotifResp.ID, id)
                .putLong(SeccompNotifResp.VALUE, value)
                .putInt(SeccompNotifResp.ERROR, error)
                .putInt(SeccompNotifResp.FLAGS, flags);
        pending = true;
        return true;
    }

    /** Closes a descriptor before the answer is sent; false if no answer is kept, or another descriptor is. */
    boolean closeFirst(int fd) {
        if (!pending || toClose != NONE) {
            return false;
        }
        toClose = fd;
        return true;
    }

    /** Whether an answer is kept. */
    boolean isPending() {
        return pending;
    }

    /** Sends what is kept, nothing else. Returns 0 or a negative errno. */
    long send(Listener listener) {
        pending = false;
        if (toClose != NONE) {
            Linux.close(toClose);
            toClose = NONE;
        }
        return listener.respond(response);
    }

    /** Sends what is kept and receives the next. Returns the result of the receiving, 0 or a negative errno. */
    long run() {
        pending = false;
        last = toClose == NONE ? plain : closing.closing(toClose);
        toClose = NONE;
        Stub.run(last.steps);
        return last.receive.result();
    }

    /** The result of the sending of the last {@link #run}. */
    long sent() {
        return last.send.result();
    }
}
