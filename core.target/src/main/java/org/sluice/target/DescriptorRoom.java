package org.sluice.target;

import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/** Whether a thread's table of descriptors has a free number (RLIMIT_NOFILE of getrlimit(2)). Stateless, thread-safe. */
public final class DescriptorRoom {

    private static final int RLIMIT_NOFILE = 7;
    private static final int AT_FDCWD = -100;

    /** Where st_size stands in struct stat, on x86-64 and aarch64. */
    private static final int ST_SIZE = 48;

    private DescriptorRoom() {}

    /** Whether one more descriptor fits; true where the kernel does not say how many there are (before 6.2). */
    public static boolean isLeft(int tid) {
        Scratch scratch = Scratch.get();
        Block record = scratch.record;
        if (Linux.call(Nr.NEWFSTATAT, AT_FDCWD, scratch.proc(tid, "fd"), record.address(), 0, 0, 0) < 0) {
            return true;
        }
        long open = record.getLong(ST_SIZE);
        Block limits = scratch.vectors;
        return Linux.call(Nr.PRLIMIT64, tid, RLIMIT_NOFILE, 0, limits.address(), 0, 0) < 0
                || Long.compareUnsigned(open, limits.getLong(0)) < 0;
    }
}
