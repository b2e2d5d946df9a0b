package org.sluice.linux;

/** Offsets in {@code struct timespec}, timespec(3type). Both fields have 64 bits. */
public final class Timespec {

    /** Seconds. */
    public static final int SECONDS = 0;
    /** 0 to 999 999 999. */
    public static final int NANOSECONDS = 8;
    /** The size in bytes. */
    public static final int SIZE = 16;

    private Timespec() {}
}
