package org.sluice.bpf;

/** Offsets in {@code struct seccomp_notif_addfd}, seccomp_unotify(2). */
public final class SeccompNotifAddfd {

    /** 64 bits: the notification. */
    public static final int ID = 0;
    /** 32 bits: {@link Seccomp#ADDFD_FLAG_SETFD}, {@link Seccomp#ADDFD_FLAG_SEND}. */
    public static final int FLAGS = 8;
    /** 32 bits: the supervisor's descriptor. */
    public static final int SOURCE_FD = 12;
    /** 32 bits: the number that the target gets, with SETFD. */
    public static final int NEW_FD = 16;
    /** 32 bits: O_CLOEXEC or 0. */
    public static final int NEW_FD_FLAGS = 20;
    /** The size in bytes. */
    public static final int SIZE = 24;

    private SeccompNotifAddfd() {}
}
