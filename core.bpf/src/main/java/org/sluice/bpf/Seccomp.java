package org.sluice.bpf;

import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/** seccomp(2): constants of linux/seccomp.h, and the operations. Everything returns a negative errno on failure. */
public final class Seccomp {

    /** Operation of seccomp(2). */
    public static final int SET_MODE_FILTER = 1;
    /** Operation: whether an action is known. */
    public static final int GET_ACTION_AVAIL = 2;
    /** Operation: the sizes of the notification structures. */
    public static final int GET_NOTIF_SIZES = 3;

    /** Filter flag: all threads of the process get the filter. */
    public static final int FLAG_TSYNC = 1;
    /** Filter flag: log what is not allowed. */
    public static final int FLAG_LOG = 2;
    /** Filter flag: without it kernels before 5.16 switch on a slow mitigation for the target. */
    public static final int FLAG_SPEC_ALLOW = 4;
    /** Filter flag: the result is a listener's descriptor, which has close-on-exec set. */
    public static final int FLAG_NEW_LISTENER = 8;
    /** Filter flag: TSYNC fails with ESRCH, so that it can be used with NEW_LISTENER. */
    public static final int FLAG_TSYNC_ESRCH = 16;
    /** Filter flag, since 5.19: only a fatal signal interrupts a call that the supervisor has received. */
    public static final int FLAG_WAIT_KILLABLE_RECV = 32;

    /** {@code ioctl}: take the next notification, {@link SeccompNotif}. */
    public static final int IOCTL_RECV = 0xc0502100;
    /** {@code ioctl}: answer, {@link SeccompNotifResp}. */
    public static final int IOCTL_SEND = 0xc0182101;
    /** {@code ioctl}: whether a notification still waits; takes a pointer to its id. */
    public static final int IOCTL_ID_VALID = 0x40082102;
    /** {@code ioctl}: give the target a descriptor, {@link SeccompNotifAddfd}. */
    public static final int IOCTL_ADDFD = 0x40182103;
    /** {@code ioctl}, since 6.6: set listener flags; takes the flags themselves. */
    public static final int IOCTL_SET_FLAGS = 0x40082104;

    /** Response flag: the kernel runs the call. */
    public static final int USER_NOTIF_FLAG_CONTINUE = 1;
    /** Addfd flag: use the number in {@link SeccompNotifAddfd#NEW_FD}. */
    public static final int ADDFD_FLAG_SETFD = 1;
    /** Addfd flag: answer the call with the new descriptor in the same step. */
    public static final int ADDFD_FLAG_SEND = 2;
    /** Listener flag: wake the other side on the same processor. */
    public static final int FD_SYNC_WAKE_UP = 1;

    private static final int PR_SET_NO_NEW_PRIVS = 38;

    private Seccomp() {}

    /** Gives up the right to gain privileges by execve, which an unprivileged process must do before it filters itself. */
    public static long setNoNewPrivileges() {
        return Linux.call(Nr.PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0);
    }

    /**
     * Installs a filter in the calling thread, for ever.
     *
     * @param flags {@code FLAG_*}
     * @return the listener's descriptor with NEW_LISTENER, else 0
     */
    public static long install(FilterProgram program, int flags) {
        return program.toBlock().with(address -> Linux.call(Nr.SECCOMP, SET_MODE_FILTER, flags, address));
    }

    /** Whether the kernel knows an action. */
    public static boolean isAvailable(Action action) {
        return Block.allocate(4)
                        .putInt(0, action.value() & Bpf.RET_ACTION_MASK)
                        .with(address -> Linux.call(Nr.SECCOMP, GET_ACTION_AVAIL, 0, address))
                == 0;
    }
}
