package org.sluice.core.call;

import java.util.Optional;
import org.sluice.core.chain.Continued;
import org.sluice.linux.Block;
import org.sluice.notify.Address;
import org.sluice.notify.Verdict;

/** A call of which nothing is looked at but the socket; the kernel runs it itself. */
final class PinnedCall implements Kind {

    @Override
    public int copy(ReceivedCall call, Copying from, Block scratch) {
        return from.pin(call);
    }

    @Override
    public Verdict perform(ReceivedCall call, Optional<Address> address, boolean exclusive) {
        return Continued.KERNEL;
    }
}
