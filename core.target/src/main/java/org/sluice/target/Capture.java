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

    private final Block vectors = Block.allocate(32);
    private final Block option = Block.allocate(16);
    private final Block id = Block.allocate(8);

    private final Steps steps = new Steps(5);
    private final Steps.Step copy = steps.call(Nr.PIDFD_GETFD);
    private final Steps.Step domain =
            steps.call(Nr.GETSOCKOPT, 0, SOL_SOCKET, SO_DOMAIN, steps.keep(option), option.address() + 8);
    private final Steps.Step read =
            steps.call(Nr.PROCESS_VM_READV, 0, steps.keep(vectors), 1, vectors.address() + 16, 1);
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
        vectors.putLong(0, into.address()).putLong(8, length).putLong(16, from).putLong(24, length);
        read.give(0, tid);
        valid.give(0, listener);
        id.putLong(0, notification);
        try {
            int fd = pidfds.getfd(tid, number, copying);
            return fd < 0
                    ? Attempt.failed(-fd)
                    : PinnedSocket.of(fd, domain.result() < 0 ? (int) domain.result() : option.getInt(0));
        } finally {
            Reference.reachabilityFence(into);
        }
    }

    private int copy(int pidfd, int number) {
        option.putInt(0, 0).putInt(8, 4);
        copy.give(0, pidfd).give(1, number);
        Stub.run(steps);
        return (int) domain.given(0);
    }

    /** 0 if all was read; else a negative errno as {@link TargetMemory#readFully}. */
    public int read() {
        long count = read.result();
        return count < 0 ? (int) count : count < vectors.getLong(8) ? -Errno.EFAULT : 0;
    }

    /** Whether the notification still waited after everything was taken. */
    public boolean waits() {
        return valid.result() == 0;
    }
}
