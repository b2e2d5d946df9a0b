package org.sluice.handler.openat;

/** Why a path led nowhere. */
final class Unresolved {

    private static final int ENOENT = 2;
    private static final int EBADF = 9;
    private static final int EAGAIN = 11;
    private static final int EXDEV = 18;
    private static final int ENOTDIR = 20;
    private static final int EISDIR = 21;
    private static final int EINVAL = 22;
    private static final int ENAMETOOLONG = 36;
    private static final int ELOOP = 40;
    private static final int ESTALE = 116;

    private Unresolved() {}

    /** Whether the kernel's own walk of a path ends with this errno (openat2(2)); others are the supervisor's trouble. */
    static boolean isAnswer(int errno) {
        return switch (errno) {
            case ENOENT, EBADF, EAGAIN, EXDEV, ENOTDIR, EISDIR, EINVAL, ENAMETOOLONG, ELOOP, ESTALE -> true;
            default -> false;
        };
    }
}
