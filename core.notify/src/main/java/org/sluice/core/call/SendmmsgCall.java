package org.sluice.core.call;

import org.sluice.linux.Block;
import org.sluice.linux.Msghdr;

/**
 * sendmmsg(2): socket, messages, how many, flags. Each message goes through the chain by itself, as {@link Series} has
 * it; what is copied at first is the socket alone.
 */
final class SendmmsgCall extends SendCall {

    private static final int MESSAGES = 1;
    private static final int COUNT = 2;
    private static final int FLAGS = 3;

    /** UIO_MAXIOV: the kernel looks at no more. */
    private static final int MOST = 1024;

    /** What each header may add to the flags of the call. */
    private static final int MSG_EOR = 0x80;

    SendmmsgCall(Hands hands) {
        super(hands);
    }

    @Override
    public int copy(ReceivedCall call, Copying from, Block scratch) {
        return from.pin(call);
    }

    /** How many messages are to be sent. */
    static int count(ReceivedCall call) {
        int count = (int) call.argument(COUNT);
        return count < 0 ? MOST : Math.min(count, MOST);
    }

    /** Copies one message into a {@linkplain ReceivedCall#part part} of the call; 0 or the errno. */
    static int copyPart(ReceivedCall part, int index, Copying from) {
        return take(
                part,
                from.messages()
                        .sendmsg(part.tid(), part.pinned(), at(part, index), (int) part.argument(FLAGS), MSG_EOR));
    }

    /** Where the target is told how many bytes of a message were sent. */
    static long sentAt(ReceivedCall call, int index) {
        return at(call, index) + Msghdr.SENT;
    }

    private static long at(ReceivedCall call, int index) {
        return call.argument(MESSAGES) + (long) index * Msghdr.MANY_SIZE;
    }
}
