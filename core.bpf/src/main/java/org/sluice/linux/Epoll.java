package org.sluice.linux;

import java.util.function.ObjIntConsumer;

/**
 * One thread that waits for many descriptors at once (epoll(7)), each known by a number of the caller's own, until it is told
 * to stop. A descriptor is reported as often as it is asked about and still ready (level-triggered). Whoever registers one
 * takes it out before it is closed: the kernel does so by itself only when nobody else holds it open, and children that are
 * just being started may for a moment. Thread-safe, but that one thread at a time waits.
 */
public final class Epoll implements AutoCloseable {

    /** Event: there is something to read, or nothing more will come. */
    public static final int IN = 1;
    /** Event: there is room to write. */
    public static final int OUT = 4;
    /** Event: an error; reported unasked. */
    public static final int ERR = 8;
    /** Event: the other side is gone; reported unasked. */
    public static final int HUP = 0x10;
    /** Event: the other side sends no more. */
    public static final int RDHUP = 0x2000;

    private static final int CLOEXEC = 0x80000;
    private static final int ADD = 1;
    private static final int REMOVE = 2;
    private static final int CHANGE = 3;
    private static final int FOR_EVER = -1;
    private static final int BATCH = 32;
    private static final long STOP = -1;

    private final Block ready = Block.allocate(EpollEvent.SIZE * BATCH);
    private final Descriptor epoll;
    private final Descriptor stop;
    private boolean closed;

    /**
     * With nothing to wait for.
     *
     * @throws SysException if there are no descriptors left for it
     */
    public Epoll() {
        epoll = new Descriptor((int) SysException.check("epoll_create1", Linux.call(Nr.EPOLL_CREATE1, CLOEXEC)));
        long event = Linux.call(Nr.EVENTFD2, 0, CLOEXEC);
        if (event < 0) {
            epoll.close();
        }
        stop = new Descriptor((int) SysException.check("eventfd", event));
        SysException.check("epoll_ctl", control(ADD, stop.fd(), IN, STOP));
    }

    /**
     * Registers a descriptor.
     *
     * @param events what is waited for, of {@link #IN}, {@link #OUT}, {@link #RDHUP}
     * @param key 0 or more, for {@link #await}
     * @return 0 or a negative errno: ENOSPC for too many, EPERM for a file that is always ready
     */
    public int add(int fd, int events, long key) {
        if (key < 0) {
            throw new IllegalArgumentException("a key is 0 or more, not " + key);
        }
        return control(ADD, fd, events, key);
    }

    /** Changes what a registered descriptor is waited for; 0 or a negative errno. */
    public int change(int fd, int events, long key) {
        return control(CHANGE, fd, events, key);
    }

    /** Takes a descriptor out; one that is not registered is left alone. */
    public void remove(int fd) {
        Linux.call(Nr.EPOLL_CTL, epoll.fd(), REMOVE, fd, 0, 0, 0);
    }

    private int control(int operation, int fd, int events, long key) {
        Block event = Block.allocate(EpollEvent.SIZE)
                .putInt(EpollEvent.EVENTS, events)
                .putLong(EpollEvent.DATA, key);
        return (int) event.with(at -> Linux.call(Nr.EPOLL_CTL, epoll.fd(), operation, fd, at, 0, 0));
    }

    /**
     * Waits until something is ready and hands it out. What is thrown there is thrown here; what was not handed out is
     * reported the next time.
     *
     * @param each takes a key and its events; the key may have been taken out meanwhile
     * @return false once {@link #stop} was called
     */
    public boolean await(ObjIntConsumer<Long> each) {
        return await(each, FOR_EVER);
    }

    /**
     * As {@link #await(ObjIntConsumer)}, for a time.
     *
     * @param milliseconds how long at most; -1 for as long as it takes
     */
    public boolean await(ObjIntConsumer<Long> each, int milliseconds) {
        long count;
        do {
            count = Linux.call(Nr.EPOLL_PWAIT, epoll.fd(), ready.address(), BATCH, milliseconds, 0, 8);
        } while (count == -Errno.EINTR);
        SysException.check("epoll_pwait", count);
        boolean stopped = false;
        for (int i = 0; i < count; i++) {
            long key = ready.getLong(EpollEvent.SIZE * i + EpollEvent.DATA);
            if (key == STOP) {
                stopped = true;
            } else {
                each.accept(key, ready.getInt(EpollEvent.SIZE * i + EpollEvent.EVENTS));
            }
        }
        return !stopped;
    }

    /** Ends {@link #await} on whatever thread, now and from now on. */
    public synchronized void stop() {
        if (!closed) {
            Block one = Block.allocate(8).putLong(0, 1);
            SysException.check("write", one.with(at -> Linux.call(Nr.WRITE, stop.fd(), at, 8)));
        }
    }

    /** Closes its own descriptors; nobody may be waiting any more. A second time does nothing. */
    @Override
    public synchronized void close() {
        closed = true;
        epoll.close();
        stop.close();
    }
}
