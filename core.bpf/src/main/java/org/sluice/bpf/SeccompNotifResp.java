package org.sluice.bpf;

/** Offsets in {@code struct seccomp_notif_resp}, seccomp_unotify(2). */
public final class SeccompNotifResp {

    /** 64 bits: the notification that is answered. */
    public static final int ID = 0;
    /** 64 bits: the result of a call that succeeds. */
    public static final int VALUE = 8;
    /** 32 bits: a negative errno, or 0. */
    public static final int ERROR = 16;
    /** 32 bits: 0 or {@link Seccomp#USER_NOTIF_FLAG_CONTINUE}. */
    public static final int FLAGS = 20;
    /** The size in bytes. */
    public static final int SIZE = 24;

    private SeccompNotifResp() {}
}
