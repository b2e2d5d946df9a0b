package org.sluice.linux;

import com.sun.jna.Native;

/**
 * Raw system calls (syscall(2)) by number. Results are those of the kernel: 0 or more, or a negative errno. Nothing here
 * throws for a call that fails: use {@link SysException#check} where a failure is not an answer. Thread-safe.
 *
 * <p>Pointers are plain addresses of {@link Block}s or {@link Pages}; whoever passes one keeps it reachable until the
 * call has returned.
 */
public final class Linux {

    static {
        Native.register(Linux.class, "c");
    }

    private Linux() {}

    private static native long syscall(long number, long a, long b, long c, long d, long e, long f);

    /** Makes a system call with up to six arguments; unused ones are 0. */
    public static long call(int number, long a, long b, long c, long d, long e, long f) {
        long result = syscall(number, a, b, c, d, e, f);
        return result == -1 ? -Native.getLastError() : result;
    }

    /** Makes a system call with three arguments. */
    public static long call(int number, long a, long b, long c) {
        return call(number, a, b, c, 0, 0, 0);
    }

    /** Makes a system call with two arguments. */
    public static long call(int number, long a, long b) {
        return call(number, a, b, 0, 0, 0, 0);
    }

    /** Makes a system call with one argument. */
    public static long call(int number, long a) {
        return call(number, a, 0, 0, 0, 0, 0);
    }

    /** Closes a descriptor; the kernel frees the number whatever close(2) returns. */
    public static void close(int fd) {
        call(Nr.CLOSE, fd);
    }
}
