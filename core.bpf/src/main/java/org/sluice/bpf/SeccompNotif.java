package org.sluice.bpf;

/** Offsets in {@code struct seccomp_notif}, seccomp_unotify(2). The kernel wants the whole structure zeroed for RECV. */
public final class SeccompNotif {

    /** 64 bits: the notification's cookie. */
    public static final int ID = 0;
    /** 32 bits: the calling thread as the listener's pid namespace numbers it; 0 if it is not visible there. */
    public static final int PID = 8;
    /** 32 bits, unused by the kernel. */
    public static final int FLAGS = 12;
    /** 32 bits: the system call. */
    public static final int NUMBER = 16;
    /** 32 bits: AUDIT_ARCH. */
    public static final int ARCH = 20;
    /** 64 bits: where the call was made. */
    public static final int INSTRUCTION_POINTER = 24;
    /** Six times 64 bits: the registers. */
    public static final int ARGUMENTS = 32;
    /** The size in bytes. */
    public static final int SIZE = 80;

    private SeccompNotif() {}
}
