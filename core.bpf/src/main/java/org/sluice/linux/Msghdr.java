package org.sluice.linux;

/** Offsets in {@code struct msghdr}, sendmsg(2), and in {@code struct mmsghdr}, sendmmsg(2), which begins with one. */
public final class Msghdr {

    /** 64 bits: where the address is, 0 for none. */
    public static final int NAME = 0;
    /** 32 bits. */
    public static final int NAME_LENGTH = 8;
    /** 64 bits: where the array of {@link Iovec} is. */
    public static final int VECTORS = 16;
    /** 64 bits: how many there are. */
    public static final int VECTOR_COUNT = 24;
    /** 64 bits: where the ancillary data is. */
    public static final int CONTROL = 32;
    /** 64 bits. */
    public static final int CONTROL_LENGTH = 40;
    /** 32 bits. */
    public static final int FLAGS = 48;
    /** The size in bytes. */
    public static final int SIZE = 56;
    /** In {@code struct mmsghdr}, 32 bits: how many bytes were sent. */
    public static final int SENT = 56;
    /** The size of {@code struct mmsghdr} in bytes. */
    public static final int MANY_SIZE = 64;

    private Msghdr() {}
}
