package org.sluice.linux;

/** Offsets in {@code struct sockaddr_in}, ip(7). Port and address are in network order. */
public final class SockaddrIn {

    /** 16 bits: AF_INET. */
    public static final int FAMILY = 0;
    /** 16 bits. */
    public static final int PORT = 2;
    /** 4 bytes. */
    public static final int ADDRESS = 4;
    /** The size in bytes. */
    public static final int SIZE = 16;

    private SockaddrIn() {}
}
