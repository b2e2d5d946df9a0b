package org.sluice.linux;

/** A system call that failed where a failure is not an answer. The message names the call, its object and the errno. */
public final class SysException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int errno;

    /** For a call named in {@code what}, such as {@code bind /run/x}. */
    public SysException(String what, int errno) {
        super(what + ": " + Errno.describe(errno));
        this.errno = errno;
    }

    /** The errno, positive. */
    public int errno() {
        return errno;
    }

    /** Returns {@code result}, or throws if it is a negative errno. */
    public static long check(String what, long result) {
        if (result < 0) {
            throw new SysException(what, (int) -result);
        }
        return result;
    }
}
