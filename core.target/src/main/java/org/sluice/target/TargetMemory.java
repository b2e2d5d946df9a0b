package org.sluice.target;

import java.lang.ref.Reference;
import java.util.function.BooleanSupplier;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/**
 * The memory of a target. Reading goes by process_vm_readv(2) and the thread's number: the caller asks the kernel
 * afterwards whether the notification is still valid, and only then uses what was read. Writing cannot be taken back, so
 * it goes through {@code /proc/TID/mem}, which pins the address space when it is opened; the question is asked between
 * the opening and the write. That file is never kept: after an execve it would lead to the old address space.
 *
 * <p>{@code /proc/TID/mem} also writes to private pages that the target itself may only read, where the kernel would
 * have answered EFAULT. A target gains nothing by it: it could change the protection of its own pages as well.
 *
 * <p>Stateless and thread-safe. No method allocates.
 */
public final class TargetMemory {

    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;
    private static final int AT_FDCWD = -100;
    private static final int EIO = 5;
    private static final int PAGE = 4096;

    /** PATH_MAX: the longest path that a call takes, its NUL counted. */
    public static final int PATH_MAX = 4096;

    /**
     * Reads memory of a thread.
     *
     * @param address all 64 bits
     * @param into where the bytes go, from {@code offset}
     * @return how many bytes were read: fewer than {@code length} where the rest is unreadable; -EFAULT where nothing is
     *     readable, -ESRCH where the thread is gone, -EPERM where it may not be read
     */
    public int read(int tid, long address, Block into, int offset, int length) {
        if (offset < 0 || length < 0 || offset > into.size() - length) {
            throw new IndexOutOfBoundsException(length + " bytes at " + offset + " of a block of " + into.size());
        }
        if (length == 0) {
            return 0;
        }
        Block vectors = Scratch.get().vectors;
        int done = 0;
        try {
            while (done < length) {
                vectors.putLong(0, into.address() + offset + done).putLong(8, length - done);
                vectors.putLong(16, address + done).putLong(24, length - done);
                long count = Linux.call(Nr.PROCESS_VM_READV, tid, vectors.address(), 1, vectors.address() + 16, 1, 0);
                if (count <= 0) {
                    return done > 0 ? done : (int) count;
                }
                done += (int) count;
            }
            return done;
        } finally {
            Reference.reachabilityFence(into);
        }
    }

    /**
     * Reads exactly {@code length} bytes.
     *
     * @return 0, or a negative errno as {@link #read}; -EFAULT if a part is unreadable
     */
    public int readFully(int tid, long address, Block into, int offset, int length) {
        int count = read(tid, address, into, offset, length);
        return count < 0 ? count : count < length ? -Errno.EFAULT : 0;
    }

    /**
     * Reads from several places of a thread's memory, one after another.
     *
     * @param list holds an array of struct iovec from {@code offset}
     * @param count how many it has
     * @param into where the bytes go, from {@code at}
     * @return how many bytes were read: fewer than {@code length} where the rest is unreadable; else as {@link #read}
     */
    int readVector(int tid, Block list, int offset, int count, Block into, int at, int length) {
        if (at < 0 || length < 0 || at > into.size() - length || offset < 0 || offset > list.size() - count * 16) {
            throw new IndexOutOfBoundsException(length + " bytes at " + at + " of a block of " + into.size());
        }
        Block own = Scratch.get().vectors;
        own.putLong(0, into.address() + at).putLong(8, length);
        try {
            return (int) Linux.call(Nr.PROCESS_VM_READV, tid, own.address(), 1, list.address() + offset, count, 0);
        } finally {
            Reference.reachabilityFence(list);
            Reference.reachabilityFence(into);
        }
    }

    /**
     * Reads a string up to its NUL, and no page beyond the one that holds it.
     *
     * @param capacity how many bytes at most, the NUL counted
     * @return the length without the NUL; -ENAMETOOLONG if there is none within {@code capacity}; -EFAULT if memory ends
     *     before it; else as {@link #read}
     */
    public int readString(int tid, long address, Block into, int offset, int capacity) {
        int done = 0;
        while (done < capacity) {
            int toPageEnd = PAGE - (int) ((address + done) & (PAGE - 1));
            int count = read(tid, address + done, into, offset + done, Math.min(toPageEnd, capacity - done));
            if (count < 0) {
                return count;
            }
            for (int i = done; i < done + count; i++) {
                if (into.getByte(offset + i) == 0) {
                    return i;
                }
            }
            done += count;
        }
        return -Errno.ENAMETOOLONG;
    }

    /**
     * Writes memory of a thread whose notification is still waiting.
     *
     * @param from the bytes are there at {@code offset}
     * @param stillValid asked once, when the thread's memory is pinned; whether the notification still waits
     * @return {@code length}, or fewer where the rest is not writable; -EFAULT where nothing is; -ESRCH where the thread
     *     or its notification is gone
     */
    public int write(int tid, long address, Block from, int offset, int length, BooleanSupplier stillValid) {
        if (offset < 0 || length < 0 || offset > from.size() - length) {
            throw new IndexOutOfBoundsException(length + " bytes at " + offset + " of a block of " + from.size());
        }
        int fd = open(tid, stillValid);
        if (fd < 0) {
            return fd;
        }
        try {
            return write(fd, address, from, offset, length);
        } finally {
            Linux.close(fd);
        }
    }

    /**
     * Pins the memory of a thread whose notification is still waiting, for more than one {@link #write(int, long, Block,
     * int, int)}.
     *
     * @param stillValid asked once, when the thread's memory is pinned; whether the notification still waits
     * @return a descriptor for the caller to close before the notification is answered; -ESRCH where the thread or its
     *     notification is gone
     */
    public int open(int tid, BooleanSupplier stillValid) {
        long fd = Linux.call(Nr.OPENAT, AT_FDCWD, Scratch.get().proc(tid, "mem"), O_RDWR | O_CLOEXEC);
        if (fd >= 0 && !stillValid.getAsBoolean()) {
            Linux.close((int) fd);
            return -Errno.ESRCH;
        }
        return fd == -Errno.ENOENT ? -Errno.ESRCH : (int) fd;
    }

    /**
     * Writes to memory that {@link #open} has pinned.
     *
     * @return {@code length}, or fewer where the rest is not writable; -EFAULT where nothing is; -ESRCH where the thread
     *     is gone
     */
    public int write(int fd, long address, Block from, int offset, int length) {
        try {
            return pwrite(fd, address, from, offset, length);
        } finally {
            Reference.reachabilityFence(from);
        }
    }

    private static int pwrite(int fd, long address, Block from, int offset, int length) {
        int done = 0;
        while (done < length) {
            long count =
                    Linux.call(Nr.PWRITE64, fd, from.address() + offset + done, length - done, address + done, 0, 0);
            if (count <= 0) {
                return done > 0 ? done : failedWrite(count);
            }
            done += (int) count;
        }
        return done;
    }

    /** The file says EIO for memory that is not there, EINVAL for an address of the kernel's half, 0 for a dead target. */
    private static int failedWrite(long result) {
        return result == 0 ? -Errno.ESRCH : result == -EIO || result == -Errno.EINVAL ? -Errno.EFAULT : (int) result;
    }
}
