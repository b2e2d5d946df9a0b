package org.sluice.core.call;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.notify.Address;
import org.sluice.notify.Verdict;
import org.sluice.target.DirectoryList;

/**
 * getdents64(2) and getdents(2): directory, buffer, its size. Made here on the target's open directory, whose position moves
 * as if the target had made it, so that what belongs to nobody of the sandbox can be left out. All directories are listed
 * like that: left to the kernel, a call would list what has the number of the descriptor by then.
 */
final class ListCall implements Kind {

    private static final int BUFFER = 1;
    private static final int SIZE = 2;

    /** What is given at most, which is what libraries ask for. */
    private static final int MOST = 1 << 15;

    private final Hands hands;
    private final DirectoryList lists;
    private final boolean old;
    private final Queue<Block> buffers = new ConcurrentLinkedQueue<>();

    /** Of one of the two. */
    ListCall(boolean old, Hands hands, DirectoryList lists) {
        this.old = old;
        this.hands = hands;
        this.lists = lists;
    }

    @Override
    public int copy(ReceivedCall call, Copying from, Block scratch) {
        return 0;
    }

    @Override
    public Verdict perform(ReceivedCall call, Optional<Address> given, boolean exclusive) {
        int directory = hands.pidfds().getfd(call.tid(), (int) call.argument(0));
        if (directory < 0) {
            return Verdict.failure(Copying.visible(-directory));
        }
        try {
            return call.waits() ? list(call, directory) : Verdict.failure(Errno.EPERM);
        } finally {
            Linux.close(directory);
        }
    }

    private Verdict list(ReceivedCall call, int directory) {
        Block known = buffers.poll();
        Block entries = known != null ? known : Block.allocate(MOST);
        int capacity = (int) Math.min(MOST, call.argument(SIZE) & 0xffffffffL);
        int length = lists.read(directory, entries, capacity);
        if (length > 0 && old) {
            length = DirectoryList.toOldForm(entries, length);
        }
        if (length <= 0) {
            buffers.offer(entries);
            return length == 0 ? Verdict.value(0) : Verdict.failure(-length);
        }
        call.received(entries, length);
        return Verdict.value(length);
    }

    @Override
    public int tell(ReceivedCall call, Verdict verdict, Telling to) {
        Block entries = call.takeReceived();
        if (entries == null) {
            return 0;
        }
        int errno = to.write(call, call.argument(BUFFER), entries, call.receivedLength());
        buffers.offer(entries);
        return errno;
    }
}
