package org.sluice.linux;

/** Offsets in {@code struct epoll_event}, epoll_ctl(2), which x86-64 alone packs. */
public final class EpollEvent {

    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

    /** 32 bits: what is waited for, or what happened. */
    public static final int EVENTS = 0;
    /** 64 bits: whatever it was registered with. */
    public static final int DATA = PACKED ? 4 : 8;
    /** The size in bytes. */
    public static final int SIZE = PACKED ? 12 : 16;

    private EpollEvent() {}
}
