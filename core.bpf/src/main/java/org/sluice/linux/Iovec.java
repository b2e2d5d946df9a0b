package org.sluice.linux;

/** Offsets in {@code struct iovec}, iovec(3type). */
public final class Iovec {

    /** 64 bits: where the bytes are. */
    public static final int BASE = 0;
    /** 64 bits: how many. */
    public static final int LENGTH = 8;
    /** The size in bytes. */
    public static final int SIZE = 16;

    private Iovec() {}
}
