package org.sluice.linux;

/** Offsets in {@code struct cmsghdr}, cmsg(3). Each begins at a multiple of {@link #ALIGNMENT} bytes. */
public final class Cmsghdr {

    /** 64 bits: the length of header and data. */
    public static final int LENGTH = 0;
    /** 32 bits. */
    public static final int LEVEL = 8;
    /** 32 bits. */
    public static final int TYPE = 12;
    /** Where the data begins, and the size of the header in bytes. */
    public static final int SIZE = 16;
    /** What lengths are rounded up to. */
    public static final int ALIGNMENT = 8;

    private Cmsghdr() {}
}
