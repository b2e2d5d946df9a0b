package org.sluice.linux;

/** Offsets in {@code struct signalfd_siginfo}, signalfd(2). All fields have 32 bits. */
public final class SignalfdSiginfo {

    /** The signal. */
    public static final int SIGNAL = 0;
    /** Why it was sent, {@code si_code}. */
    public static final int CODE = 8;
    /** Who sent it, or the child that changed. */
    public static final int PID = 12;
    /** The user of that process. */
    public static final int UID = 16;
    /** Of a child: its exit status or signal. */
    public static final int STATUS = 40;
    /** The size in bytes. */
    public static final int SIZE = 128;

    private SignalfdSiginfo() {}
}
