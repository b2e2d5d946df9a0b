package org.sluice.bpf;

import java.util.concurrent.atomic.AtomicBoolean;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/**
 * The supervisor's end of a filter, seccomp_unotify(2). Owns the descriptor. All operations return 0 or more, or a
 * negative errno, and allocate nothing where the caller brings the block. Thread-safe as long as each thread has its own
 * blocks; {@link #close} only when no thread uses the listener any more, since the number is then free for others.
 */
public final class Listener implements AutoCloseable {

    /** A notification waits (poll(2)). */
    public static final int POLLIN = 1;

    /** No task has the filter any more. */
    public static final int POLLHUP = 0x10;

    private final int fd;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Takes over a descriptor. */
    public Listener(int fd) {
        this.fd = fd;
    }

    /** The descriptor; it stays the listener's. */
    public int fd() {
        return fd;
    }

    /**
     * Waits for the next notification and takes it.
     *
     * @param notification at least {@link SeccompNotif#SIZE} bytes; zeroed here, as the kernel demands
     * @return 0, or -ENOENT if the target vanished meanwhile (or, since 6.11, if no task has the filter any more), or
     *     -EINTR
     */
    public long receive(Block notification) {
        notification.zero(0, SeccompNotif.SIZE);
        return Linux.call(Nr.IOCTL, fd, Seccomp.IOCTL_RECV & 0xffffffffL, notification.address());
    }

    /**
     * Asks with poll(2) whether a notification waits.
     *
     * @param scratch at least 24 bytes
     * @param waits whether to wait until there is something to say
     * @return {@link #POLLIN}, {@link #POLLHUP} if no task has the filter any more, both, or 0
     */
    public int poll(Block scratch, boolean waits) {
        // struct pollfd, and struct timespec after it.
        scratch.putInt(0, fd).putShort(4, POLLIN).putShort(6, 0);
        scratch.putLong(8, 0).putLong(16, 0);
        long timeout = waits ? 0 : scratch.address() + 8;
        long result = Linux.call(Nr.PPOLL, scratch.address(), 1, timeout, 0, 8, 0);
        return result == 1 ? scratch.getShort(6) & (POLLIN | POLLHUP) : 0;
    }

    /**
     * Answers.
     *
     * @param response at least {@link SeccompNotifResp#SIZE} bytes
     * @return 0, or -ENOENT if the call does not wait any more
     */
    public long respond(Block response) {
        return Linux.call(Nr.IOCTL, fd, Seccomp.IOCTL_SEND & 0xffffffffL, response.address());
    }

    /**
     * Whether a notification still waits.
     *
     * @param notification a block that begins with its id, such as the one that it was received in
     * @return 0, or -ENOENT
     */
    public long valid(Block notification) {
        return Linux.call(Nr.IOCTL, fd, Seccomp.IOCTL_ID_VALID, notification.address());
    }

    /** {@link #valid(Block)} for a bare id; allocates. */
    public long valid(long id) {
        return Block.allocate(8)
                .putLong(0, id)
                .with(address -> Linux.call(Nr.IOCTL, fd, Seccomp.IOCTL_ID_VALID, address));
    }

    /**
     * Gives the target a descriptor, without answering the call unless {@link Seccomp#ADDFD_FLAG_SEND} says so.
     *
     * @param addfd at least {@link SeccompNotifAddfd#SIZE} bytes
     * @return the number in the target, or -ENOENT, or -EMFILE if its table is full
     */
    public long addFd(Block addfd) {
        return Linux.call(Nr.IOCTL, fd, Seccomp.IOCTL_ADDFD, addfd.address());
    }

    /**
     * Switches synchronous wake-ups, which make a round trip several times faster when supervisor and target take turns.
     *
     * @return 0, or -EINVAL before Linux 6.6
     */
    public long setSyncWakeUp(boolean on) {
        return Linux.call(Nr.IOCTL, fd, Seccomp.IOCTL_SET_FLAGS, on ? Seccomp.FD_SYNC_WAKE_UP : 0, 0, 0, 0);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Linux.close(fd);
        }
    }
}
