package org.sluice.linux;

/** Offsets in {@code struct sockaddr_in6}, ipv6(7). Port and address are in network order. */
public final class SockaddrIn6 {

    /** 16 bits: AF_INET6. */
    public static final int FAMILY = 0;
    /** 16 bits. */
    public static final int PORT = 2;
    /** 32 bits. */
    public static final int FLOW_INFO = 4;
    /** 16 bytes. */
    public static final int ADDRESS = 8;
    /** 32 bits: the interface of a link-local address. */
    public static final int SCOPE_ID = 24;
    /** The size in bytes. */
    public static final int SIZE = 28;
    /** The smallest size that the kernel takes: without the scope. */
    public static final int SIZE_RFC2133 = 24;

    private SockaddrIn6() {}
}
