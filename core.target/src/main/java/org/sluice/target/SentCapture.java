package org.sluice.target;

import java.lang.ref.Reference;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;

/**
 * Takes in what a sendto(2) with an address refers to with one {@link Capture}: copies the descriptor, reads the address and
 * the data, and after all of it asks the kernel whether the notification still waits. Belongs to one thread; what it tells is worth nothing after the next {@link #take}, or that of the capture.
 */
public final class SentCapture {

    private static final int DESCRIPTOR = 0;
    private static final int DATA = 1;
    private static final int LENGTH = 2;
    private static final int FLAGS = 3;
    private static final int NAME = 4;
    private static final int NAME_LENGTH = 5;

    private final Capture capture;
    private int nameLength;

    SentCapture(Capture capture) {
        this.capture = capture;
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
        capture.piece(0, registers[NAME], room, Message.NAME, nameLength);
        capture.piece(1, registers[DATA], room, Message.DATA, registers[LENGTH]);
        try {
            return capture.take(pidfds, tid, (int) registers[DESCRIPTOR], 2, listener, notification);
        } finally {
            Reference.reachabilityFence(room);
        }
    }

    /** How much of the data was read, which is less than all where the rest is unreadable; or the negative errno of the address. */
    int read() {
        long count = capture.count();
        return count < 0 ? (int) count : count < nameLength ? -Errno.EFAULT : (int) count - nameLength;
    }

    /** Whether the notification still waited after everything was taken. */
    public boolean waits() {
        return capture.waits();
    }
}
