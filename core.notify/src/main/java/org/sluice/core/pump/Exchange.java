package org.sluice.core.pump;

import org.sluice.bpf.Listener;
import org.sluice.bpf.Seccomp;
import org.sluice.bpf.SeccompNotifResp;
import org.sluice.linux.Block;
import org.sluice.linux.Nr;
import org.sluice.target.stub.Steps;
import org.sluice.target.stub.Stub;

/**
 * Answers one notification and waits for the next in one step out of Java. With synchronous wake-ups the target runs when
 * its supervisor sleeps, so the answer loses nothing by waiting for that; and a way into native code is saved, which is
 * the largest cost of a trapped call after the kernel's own. For one thread.
 */
final class Exchange {

    private static final long UNSIGNED = 0xffff_ffffL;

    private final Steps steps = new Steps(3);
    private final Block response = Block.allocate(SeccompNotifResp.SIZE);
    private final Steps.Step send;
    private final Steps.Step receive;
    private boolean pending;

    /** Receives into {@code received}. */
    Exchange(Listener listener, Block received) {
        send = steps.call(Nr.IOCTL, listener.fd(), Seccomp.IOCTL_SEND & UNSIGNED, steps.keep(response));
        receive = steps.call(Nr.IOCTL, listener.fd(), Seccomp.IOCTL_RECV & UNSIGNED, steps.keep(received));
        steps.end();
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

    /** Whether an answer is kept. */
    boolean isPending() {
        return pending;
    }

    /** Sends what is kept, nothing else. Returns 0 or a negative errno. */
    long send(Listener listener) {
        pending = false;
        return listener.respond(response);
    }

    /** Sends what is kept and receives the next. Returns the result of the receiving, 0 or a negative errno. */
    long run() {
        pending = false;
        Stub.run(steps);
        return receive.result();
    }

    /** The result of the sending of the last {@link #run}. */
    long sent() {
        return send.result();
    }
}
