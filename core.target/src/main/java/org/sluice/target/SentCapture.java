package org.sluice.target;

import java.lang.ref.Reference;
import java.util.function.IntBinaryOperator;
import org.sluice.bpf.Seccomp;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Nr;
import org.sluice.target.stub.Steps;
import org.sluice.target.stub.Stub;

/**
 * Takes in what a sendto(2) with an address refers to, in one step out of Java ({@link Stub}), as {@link Capture} does for
 * calls with one piece of memory: copies the descriptor, reads the address and the data, and after all of it asks the kernel
 * whether the notification still waits. Belongs to one thread; what it tells is worth nothing after the next {@link #take}.
 */
public final class SentCapture {

    private static final int SOL_SOCKET = 1;
    private static final int SO_DOMAIN = 39;

    private static final int DESCRIPTOR = 0;
    private static final int DATA = 1;
    private static final int LENGTH = 2;
    private static final int FLAGS = 3;
    private static final int NAME = 4;
    private static final int NAME_LENGTH = 5;

    private static final int IOVEC = 16;
    private static final int PIECES = 2;

    private final Block here = Block.allocate(PIECES * IOVEC);
    private final Block there = Block.allocate(PIECES * IOVEC);
    private final Block domain = Block.allocate(16);
    private final Block id = Block.allocate(8);

    private final Steps steps = new Steps(5);
    private final Steps.Step copy = steps.call(Nr.PIDFD_GETFD);
    private final Steps.Step ask =
            steps.call(Nr.GETSOCKOPT, 0, SOL_SOCKET, SO_DOMAIN, steps.keep(domain), domain.address() + 8);
    private final Steps.Step read =
            steps.call(Nr.PROCESS_VM_READV, 0, steps.keep(here), PIECES, steps.keep(there), PIECES);
    private final Steps.Step valid = steps.call(Nr.IOCTL, 0, Seccomp.IOCTL_ID_VALID, steps.keep(id));

    /** Made once, not for each call. */
    private final IntBinaryOperator copying = this::copy;

    private int nameLength;

    SentCapture() {
        copy.storeAt(ask.argument(0)).onError(steps.end());
    }

    /** The calling thread's. */
    public static SentCapture ofThread() {
        return Scratch.get().sent;
    }

    /**
     * Whether a call can be taken in at once: it has an address, and no more data than there is memory ready for.
     *
     * @param registers the arguments of sendto(2)
     */
    public static boolean covers(long[] registers) {
        int length = (int) registers[NAME_LENGTH];
        return registers[NAME] != 0
                && length > 0
                && length <= SocketAddresses.CAPACITY
                && registers[LENGTH] >= 0
                && registers[LENGTH] <= Payload.CHUNK
                && ((int) registers[FLAGS] & Message.MSG_ZEROCOPY) == 0;
    }

    /**
     * Takes in the socket, the address and the data.
     *
     * @param registers the arguments of a call that this {@linkplain #covers}
     * @param room where the address and the data go, of a {@link MessageReader}
     * @param listener the descriptor that the notification came from
     * @return the socket; EBADF, ENOTSOCK, or an errno of {@link Pidfds#getfd}
     */
    public Attempt<PinnedSocket> take(
            Pidfds pidfds, int tid, long[] registers, Block room, int listener, long notification) {
        nameLength = (int) registers[NAME_LENGTH];
        here.putLong(0, room.address() + Message.NAME).putLong(8, nameLength);
        here.putLong(IOVEC, room.address() + Message.DATA).putLong(IOVEC + 8, registers[LENGTH]);
        there.putLong(0, registers[NAME]).putLong(8, nameLength);
        there.putLong(IOVEC, registers[DATA]).putLong(IOVEC + 8, registers[LENGTH]);
        read.give(0, tid);
        valid.give(0, listener);
        id.putLong(0, notification);
        try {
            int fd = pidfds.getfd(tid, (int) registers[DESCRIPTOR], copying);
            return fd < 0
                    ? Attempt.failed(-fd)
                    : PinnedSocket.of(fd, ask.result() < 0 ? (int) ask.result() : domain.getInt(0));
        } finally {
            Reference.reachabilityFence(room);
        }
    }

    private int copy(int pidfd, int number) {
        domain.putInt(0, 0).putInt(8, 4);
        copy.give(0, pidfd).give(1, number);
        Stub.run(steps);
        return (int) ask.given(0);
    }

    /** How much of the data was read, which is less than all where the rest is unreadable; or the negative errno of the address. */
    int read() {
        long count = read.result();
        return count < 0 ? (int) count : count < nameLength ? -Errno.EFAULT : (int) count - nameLength;
    }

    /** Whether the notification still waited after everything was taken. */
    public boolean waits() {
        return valid.result() == 0;
    }
}
