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
 * Takes in what a call on a socket refers to, in one step out of Java ({@link Stub}): copies the descriptor, reads one piece
 * of memory, and after both asks the kernel whether the notification still waits, so that the numbers meant its thread.
 * Belongs to one thread; what it tells is worth nothing after the next {@link #take}.
 */
public final class Capture {

    private static final int SOL_SOCKET = 1;
    private static final int SO_DOMAIN = 39;

    private static final int IOVEC = 16;

    /** As many pieces of memory as a call has here. */
    private static final int PIECES = 2;

    private final Block here = Block.allocate(PIECES * IOVEC);
    private final Block there = Block.allocate(PIECES * IOVEC);
    private final Block option = Block.allocate(16);
    private final Block id = Block.allocate(8);

    private final Steps steps = new Steps(5);
    private final Steps.Step copy = steps.call(Nr.PIDFD_GETFD);
    private final Steps.Step domain =
            steps.call(Nr.GETSOCKOPT, 0, SOL_SOCKET, SO_DOMAIN, steps.keep(option), option.address() + 8);
    private final Steps.Step read = steps.call(Nr.PROCESS_VM_READV, 0, steps.keep(here), 1, steps.keep(there), 1);
    private final Steps.Step valid = steps.call(Nr.IOCTL, 0, Seccomp.IOCTL_ID_VALID, steps.keep(id));

    /** Made once, not for each call. */
    private final IntBinaryOperator copying = this::copy;

    Capture() {
        copy.storeAt(domain.argument(0)).onError(steps.end());
    }

    /** The calling thread's. */
    public static Capture ofThread() {
        return Scratch.get().capture;
    }

    /**
     * Takes in a socket and a piece of memory.
     *
     * @param number the descriptor in the target
     * @param from all 64 bits
     * @param into where {@code length} bytes go
     * @param listener the descriptor that the notification came from
     * @return the socket; EBADF, ENOTSOCK, or an errno of {@link Pidfds#getfd}, after which nothing was read unless it is
     *     ENOTSOCK
     */
    public Attempt<PinnedSocket> take(
            Pidfds pidfds, int tid, int number, long from, Block into, int length, int listener, long notification) {
        if (length < 0 || length > into.size()) {
            throw new IndexOutOfBoundsException(length + " bytes for a block of " + into.size());
        }
        piece(0, from, into, 0, length);
        try {
            return take(pidfds, tid, number, 1, listener, notification);
        } finally {
            Reference.reachabilityFence(into);
        }
    }

    /** Says where a piece of memory is and where it goes; the caller keeps {@code into}, which has room for it. */
    void piece(int index, long from, Block into, int offset, long length) {
        here.putLong(index * IOVEC, into.address() + offset).putLong(index * IOVEC + 8, length);
        there.putLong(index * IOVEC, from).putLong(index * IOVEC + 8, length);
    }

    /** The same with the first {@code pieces} that were {@linkplain #piece said}. */
    Attempt<PinnedSocket> take(Pidfds pidfds, int tid, int number, int pieces, int listener, long notification) {
        read.give(0, tid).give(2, pieces).give(4, pieces);
        valid.give(0, listener);
        id.putLong(0, notification);
        int fd = pidfds.getfd(tid, number, copying);
        return fd < 0
                ? Attempt.failed(-fd)
                : PinnedSocket.of(fd, domain.result() < 0 ? (int) domain.result() : option.getInt(0));
    }

    private int copy(int pidfd, int number) {
        option.putInt(0, 0).putInt(8, 4);
        copy.give(0, pidfd).give(1, number);
        Stub.run(steps);
        return (int) domain.given(0);
    }

    /** 0 if all was read; else a negative errno as {@link TargetMemory#readFully}. */
    public int read() {
        long count = count();
        return count < 0 ? (int) count : count < here.getLong(8) ? -Errno.EFAULT : 0;
    }

    /** How many bytes of all pieces were read, or a negative errno. */
    long count() {
        return read.result();
    }

    /** Whether the notification still waited after everything was taken. */
    public boolean waits() {
        return valid.result() == 0;
    }
}
