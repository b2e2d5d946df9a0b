package org.sluice.core.call;

import java.util.Optional;
import org.sluice.core.chain.Continued;
import org.sluice.core.chain.Notification;
import org.sluice.core.chain.Terminal;
import org.sluice.linux.Errno;
import org.sluice.notify.Address;
import org.sluice.notify.Verdict;

/**
 * The end of the chain: performs socket calls from the copies, on the pinned socket. A call of which nothing was copied
 * is continued in the kernel: nobody has looked at its memory, so nobody can be deceived about it. Thread-safe.
 */
final class SocketTerminal implements Terminal {

    /** Makes one call in the target's place. */
    interface Performer {
        Verdict bind(ReceivedCall call, Address address, boolean exclusive);

        Verdict connect(ReceivedCall call, Address address);

        Verdict socketName(ReceivedCall call);

        Verdict peerName(ReceivedCall call);
    }

    private final Performer performer;

    SocketTerminal(Performer performer) {
        this.performer = performer;
    }

    @Override
    public Verdict perform(Notification notification, Optional<Address> address, boolean exclusive) {
        ReceivedCall call = (ReceivedCall) notification;
        Signature signature = Signature.of(call.number());
        if (signature == Signature.REGISTERS) {
            return Continued.KERNEL;
        }
        if (!call.enter()) {
            // Answered already: its time was up.
            return Verdict.failure(Errno.EPERM);
        }
        try {
            return switch (signature) {
                case BIND -> performer.bind(call, address.orElseThrow(), exclusive);
                case CONNECT -> performer.connect(call, address.orElseThrow());
                case GETSOCKNAME -> performer.socketName(call);
                case GETPEERNAME -> performer.peerName(call);
                case REGISTERS -> throw new IllegalStateException("not performed: " + call.name());
            };
        } finally {
            call.leave();
        }
    }

    @Override
    public void abandon(Notification notification) {
        ((ReceivedCall) notification).abandon();
    }
}
