package org.sluice.linux;

/** Offsets in {@code struct pollfd}, poll(2). */
public final class Pollfd {

    /** 32 bits: the descriptor; a negative one is skipped. */
    public static final int FD = 0;
    /** 16 bits: what is waited for. */
    public static final int EVENTS = 4;
    /** 16 bits: what happened. */
    public static final int REVENTS = 6;
    /** The size in bytes. */
    public static final int SIZE = 8;
    /** Event: there is something to read. */
    public static final int POLLIN = 1;
    /** Event: it can be written. */
    public static final int POLLOUT = 4;
    /** Result: an error. */
    public static final int POLLERR = 8;
    /** Result: the other side is gone. */
    public static final int POLLHUP = 16;
    /** Result: no such descriptor. */
    public static final int POLLNVAL = 32;

    private Pollfd() {}
}
