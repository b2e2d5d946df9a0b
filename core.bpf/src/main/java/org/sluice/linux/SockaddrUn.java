package org.sluice.linux;

/** Offsets in {@code struct sockaddr_un}, unix(7). */
public final class SockaddrUn {

    /** 16 bits: AF_UNIX. */
    public static final int FAMILY = 0;
    /** Up to {@link #PATH_SIZE} bytes: a path, with or without an ending NUL; or NUL and an abstract name. */
    public static final int PATH = 2;
    /** The size in bytes. */
    public static final int SIZE = 110;
    /** How long a path can be. */
    public static final int PATH_SIZE = 108;

    private SockaddrUn() {}
}
