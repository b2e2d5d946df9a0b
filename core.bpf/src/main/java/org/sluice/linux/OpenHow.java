package org.sluice.linux;

/** Offsets in {@code struct open_how}, openat2(2). All fields have 64 bits. */
public final class OpenHow {

    /** {@code O_*}. */
    public static final int FLAGS = 0;
    /** The permissions of a file that is made. */
    public static final int MODE = 8;
    /** {@code RESOLVE_*}. */
    public static final int RESOLVE = 16;
    /** The size in bytes. */
    public static final int SIZE = 24;

    private OpenHow() {}
}
