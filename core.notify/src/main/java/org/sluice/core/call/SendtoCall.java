package org.sluice.core.call;

import org.sluice.linux.Block;
import org.sluice.target.SentCapture;

/** sendto(2): socket, data, length, flags, address, its length. */
final class SendtoCall extends SendCall {

    SendtoCall(Hands hands) {
        super(hands);
    }

    @Override
    public int copy(ReceivedCall call, Copying from, Block scratch) {
        if (SentCapture.covers(call.registers())) {
            return from.pinSent(call);
        }
        int errno = from.pin(call);
        return errno != 0 ? errno : take(call, from.messages().sendto(call.tid(), call.pinned(), call.registers()));
    }
}
