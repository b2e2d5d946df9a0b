package org.sluice.core.call;

import org.sluice.linux.KernelConstants;

/**
 * How a file is to be opened, as the kernel has accepted it (open(2)).
 *
 * @param bits O_*
 * @param mode the permissions of a file that is made
 * @param resolve RESOLVE_* of openat2(2)
 */
record OpenFlags(int bits, int mode, long resolve) {

    private static final int O_ACCMODE = constant("O_ACCMODE");
    private static final int O_WRONLY = constant("O_WRONLY");
    private static final int O_CREAT = constant("O_CREAT");
    private static final int O_EXCL = constant("O_EXCL");
    private static final int O_TRUNC = constant("O_TRUNC");
    private static final int O_APPEND = constant("O_APPEND");
    private static final int O_NOFOLLOW = constant("O_NOFOLLOW");
    private static final int O_DIRECTORY = constant("O_DIRECTORY");
    private static final int O_CLOEXEC = constant("O_CLOEXEC");
    private static final int O_PATH = constant("O_PATH");
    private static final int UNNAMED = constant("O_TMPFILE") & ~O_DIRECTORY;

    /** What creat(2) means. */
    static final int CREAT = O_CREAT | O_WRONLY | O_TRUNC;

    private static final int PERMISSIONS = 07777;

    private static int constant(String name) {
        return (int) KernelConstants.host().get(name);
    }

    /** Of a call that drops what it does not know: build_open_how() in fs/open.c. */
    static OpenFlags lenient(int bits, int mode) {
        int kept = (bits & O_PATH) != 0 ? bits & (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : bits;
        return new OpenFlags(kept, mode & PERMISSIONS, 0);
    }

    /**
     * Whether open(2) has nothing against the flags: of those that make no file and give no mere reference every
     * combination is taken, and what the kernel does not know is dropped (build_open_flags() in fs/open.c).
     */
    static boolean isAlwaysTaken(int bits) {
        return (bits & (O_CREAT | UNNAMED | O_PATH)) == 0;
    }

    boolean isPathOnly() {
        return (bits & O_PATH) != 0;
    }

    boolean creates() {
        return (bits & O_CREAT) != 0;
    }

    boolean isExclusive() {
        return creates() && (bits & O_EXCL) != 0;
    }

    boolean follows() {
        return (bits & O_NOFOLLOW) == 0 && !isExclusive();
    }

    /** Whether the descriptor may read what a file holds, and not only list a directory. */
    boolean mayReadFile() {
        boolean isDirectory = (bits & O_DIRECTORY) != 0 && !creates();
        return !isPathOnly() && !isDirectory && (bits & O_ACCMODE) != O_WRONLY;
    }

    boolean closesOnExec() {
        return (bits & O_CLOEXEC) != 0;
    }

    boolean reads() {
        return !isPathOnly() && (bits & O_ACCMODE) != O_WRONLY;
    }

    /** Whether a file that exists may be changed by this, or by who gets the descriptor. */
    boolean modifies() {
        return !isPathOnly() && ((bits & O_ACCMODE) != 0 || (bits & (O_TRUNC | UNNAMED)) != 0);
    }

    boolean writes() {
        return !isPathOnly() && ((bits & O_ACCMODE) != 0 || (bits & (O_CREAT | O_TRUNC | O_APPEND | UNNAMED)) != 0);
    }
}
