package org.sluice.target;

import java.lang.ref.Reference;
import org.sluice.bpf.Seccomp;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.target.stub.Steps;
import org.sluice.target.stub.Stub;

/**
 * Writes a name into a target's memory by the rules of {@link TargetMemory}: the memory is pinned, the kernel is asked
 * whether the notification still waits, and only then anything is written. What belongs together leaves Java once
 * ({@link Stub}), because each way out costs more than most of these calls. For one thread.
 */
public final class MemoryPin {

    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;
    private static final int AT_FDCWD = -100;

    private final Block id = Block.allocate(8);
    private final Block word = Block.allocate(8);

    private final Steps opening = new Steps(3);
    private final Steps.Step open;
    private final Steps.Step valid;

    private final Steps telling = new Steps(4);
    private final Steps.Step name;
    private final Steps.Step length;
    private final Steps.Step close;

    /** Has native memory of its own. */
    public MemoryPin() {
        open = opening.call(Nr.OPENAT, AT_FDCWD, 0, O_RDWR | O_CLOEXEC);
        valid = opening.call(Nr.IOCTL, 0, Seccomp.IOCTL_ID_VALID, opening.keep(id));
        open.onError(opening.end());

        name = telling.call(Nr.PWRITE64);
        length = telling.call(Nr.PWRITE64, 0, telling.keep(word), 4);
        close = telling.call(Nr.CLOSE);
        telling.end();
        name.onError(close).otherwise(close);
    }

    /**
     * Pins the memory of a thread whose notification is still waiting.
     *
     * @param listener the descriptor that the notification came from
     * @return a descriptor to be closed before the notification is answered; -ESRCH where the thread or its notification is
     *     gone
     */
    public int open(int tid, int listener, long notification) {
        id.putLong(0, notification);
        open.give(1, Scratch.get().proc(tid, "mem"));
        valid.give(0, listener);
        Stub.run(opening);
        int fd = (int) open.result();
        if (fd >= 0 && valid.result() != 0) {
            Linux.close(fd);
            return -Errno.ESRCH;
        }
        return fd == -Errno.ENOENT ? -Errno.ESRCH : fd;
    }

    /**
     * Writes a name, after it its length, and closes {@code fd}. The length is written only if all of the name was.
     *
     * @param fd from {@link #open}
     * @param to where the name goes
     * @param from the name
     * @param stored how many bytes of it, at least 1
     * @param lengthTo where the length goes
     * @param full the length
     * @return 0 or -EFAULT
     */
    public int tell(int fd, long to, Block from, int stored, long lengthTo, int full) {
        word.putInt(0, full);
        name.give(0, fd).give(1, from.address()).give(2, stored).give(3, to).onEqual(stored, length);
        length.give(0, fd).give(3, lengthTo);
        close.give(0, fd);
        try {
            Stub.run(telling);
        } finally {
            Reference.reachabilityFence(from);
        }
        return name.result() == stored && length.result() == 4 ? 0 : -Errno.EFAULT;
    }
}
