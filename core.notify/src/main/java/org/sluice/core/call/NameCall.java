package org.sluice.core.call;

import java.util.Optional;
import java.util.function.Function;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.notify.Address;
import org.sluice.notify.Verdict;
import org.sluice.target.Attempt;
import org.sluice.target.PinnedSocket;

/** getsockname(2) and getpeername(2): socket, room for an address, the length of that room. */
final class NameCall implements Kind {

    private static final int ADDRESS = 1;
    private static final int LENGTH = 2;

    private final Function<PinnedSocket, Attempt<Address>> name;

    NameCall(Function<PinnedSocket, Attempt<Address>> name) {
        this.name = name;
    }

    @Override
    public int copy(ReceivedCall call, Copying from, Block scratch) {
        int errno = from.pinReading(call, call.argument(LENGTH), scratch, 4);
        if (errno == 0) {
            errno = from.readError();
        }
        if (errno != 0) {
            return errno;
        }
        int capacity = scratch.getInt(0);
        call.nameCapacity(capacity);
        return capacity < 0 ? Errno.EINVAL : 0;
    }

    @Override
    public Verdict perform(ReceivedCall call, Optional<Address> given, boolean exclusive) {
        Attempt<Address> told = name.apply(call.pinned());
        return told.succeeded() ? Verdict.value(0).withAddress(told.get()) : Verdict.failure(told.errno());
    }

    @Override
    public int tell(ReceivedCall call, Verdict verdict, Telling to) {
        Optional<Address> told = verdict.address();
        return told.isEmpty()
                ? 0
                : to.writeName(call, told.get(), call.argument(ADDRESS), call.nameCapacity(), call.argument(LENGTH));
    }
}
