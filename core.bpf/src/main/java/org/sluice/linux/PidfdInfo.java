package org.sluice.linux;

/** Offsets in {@code struct pidfd_info}, ioctl_pidfd(2const), since Linux 6.13, and what goes with it. */
public final class PidfdInfo {

    /** 64 bits: what is asked for, then what was given, {@code INFO_*}. */
    public static final int MASK = 0;
    /** 64 bits. */
    public static final int CGROUP_ID = 8;
    /** 32 bits: the thread. */
    public static final int PID = 16;
    /** 32 bits: its process. */
    public static final int TGID = 20;
    /** 32 bits: its parent. */
    public static final int PPID = 24;
    /** 32 bits. */
    public static final int RUID = 28;
    /** 32 bits. */
    public static final int RGID = 32;
    /** 32 bits. */
    public static final int EUID = 36;
    /** 32 bits. */
    public static final int EGID = 40;
    /** 32 bits. */
    public static final int SUID = 44;
    /** 32 bits. */
    public static final int SGID = 48;
    /** 32 bits: the user whose rights open files. */
    public static final int FSUID = 52;
    /** 32 bits. */
    public static final int FSGID = 56;
    /** 32 bits: as wait(2) gives it, since 6.15. */
    public static final int EXIT_CODE = 60;
    /** The size in bytes. */
    public static final int SIZE = 64;
    /** {@code ioctl} on a pidfd: fills the structure. */
    public static final int IOCTL_GET_INFO = 0xc040ff0b;
    /** Asks for the ids. */
    public static final long INFO_PID = 1;
    /** Asks for users and groups. */
    public static final long INFO_CREDS = 2;
    /** Asks for the exit code. */
    public static final long INFO_EXIT = 8;

    private PidfdInfo() {}
}
