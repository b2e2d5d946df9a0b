package org.sluice.core.call;

import org.sluice.linux.Block;

/** sendmsg(2): socket, message, flags. */
final class SendmsgCall extends SendCall {

    private static final int MESSAGE = 1;
    private static final int FLAGS = 2;

    SendmsgCall(Hands hands) {
        super(hands);
    }

    @Override
    public int copy(ReceivedCall call, Copying from, Block scratch) {
        int errno = from.pin(call);
        return errno != 0
                ? errno
                : take(
                        call,
                        from.messages()
                                .sendmsg(
                                        call.tid(),
                                        call.pinned(),
                                        call.argument(MESSAGE),
                                        (int) call.argument(FLAGS),
                                        0));
    }
}
