package org.sluice.target.net.synthetic;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;

/**
 * Serves all sockets of one sandbox on one thread, in turn, a datagram each. It never waits for a reader: what a reader has no
 * room for is lost, and a dump goes on when there is room. So a sandbox that asks without end costs a thread's time and keeps
 * nobody else waiting. Owns this side's descriptors. Thread-safe.
 */
final class Attendant implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Attendant.class);

    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLL_CTL_MOD = 3;
    private static final int EPOLLIN = 1;
    private static final int EPOLLOUT = 4;
    private static final int EPOLLERR = 8;
    private static final int EPOLLHUP = 0x10;
    private static final int EPOLLRDHUP = 0x2000;
    private static final int EFD_CLOEXEC = 0x80000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int FIONREAD = 0x541b;

    /** struct epoll_event is packed on x86-64 alone. */
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

    private static final int DATA = PACKED ? 4 : 8;
    private static final int EVENT_SIZE = PACKED ? 12 : 16;
    private static final int BATCH = 32;
    private static final long WAKE = 0;

    /** No socket sends more at once, unless it was given a larger buffer; of what is longer the rest is not read. */
    static final int LONGEST = 1 << 18;

    private static final int SETTLED = 256;

    private final Supplier<Interfaces> interfaces;
    private final Map<Long, Served> served = new ConcurrentHashMap<>();
    private final Map<Long, SyntheticSocket> byCookie = new ConcurrentHashMap<>();
    private final AtomicLong keys = new AtomicLong(WAKE + 1);
    private final Block in = Block.allocate(LONGEST);
    private final int epoll;
    private final int wake;
    private final Thread thread;
    private volatile boolean closed;

    /** A socket, by the cookie of the target's end. */
    private record Served(SyntheticSocket socket, long cookie) {}

    /**
     * Starts the thread, a daemon.
     *
     * @param interfaces asked anew for each datagram
     */
    Attendant(String name, Supplier<Interfaces> interfaces) {
        this.interfaces = interfaces;
        this.epoll = (int) SysException.check("epoll_create1", Linux.call(Nr.EPOLL_CREATE1, EPOLL_CLOEXEC));
        this.wake = (int) SysException.check("eventfd", Linux.call(Nr.EVENTFD2, 0, EFD_CLOEXEC));
        control(EPOLL_CTL_ADD, wake, EPOLLIN, WAKE);
        this.thread = new Thread(this::run, "sluice-netlink-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    int size() {
        return served.size();
    }

    /** The socket whose other end has this cookie. */
    Optional<SyntheticSocket> find(long cookie) {
        return Optional.ofNullable(byCookie.get(cookie));
    }

    Iterable<SyntheticSocket> sockets() {
        return byCookie.values();
    }

    /** Serves a socket from now on, until the last descriptor of its other end is closed. */
    void serve(SyntheticSocket socket, long cookie) {
        long key = keys.getAndIncrement();
        served.put(key, new Served(socket, cookie));
        byCookie.put(cookie, socket);
        control(EPOLL_CTL_ADD, socket.fd(), EPOLLIN | EPOLLRDHUP, key);
    }

    /** Whether a socket was sent something that it has not read. */
    static boolean isAsked(SyntheticSocket socket) {
        Block count = Block.allocate(4);
        return count.with(at -> Linux.call(Nr.IOCTL, socket.fd(), FIONREAD, at)) == 0 && count.getInt(0) > 0;
    }

    private void control(int operation, int fd, int events, long key) {
        Block event = Block.allocate(16).putInt(0, events).putLong(DATA, key);
        SysException.check("epoll_ctl", event.with(at -> Linux.call(Nr.EPOLL_CTL, epoll, operation, fd, at, 0, 0)));
    }

    private void run() {
        Block events = Block.allocate(EVENT_SIZE * BATCH);
        while (!closed) {
            long ready = Linux.call(Nr.EPOLL_PWAIT, epoll, events.address(), BATCH, -1, 0, 8);
            if (ready == -Errno.EINTR) {
                continue;
            }
            SysException.check("epoll_pwait", ready);
            for (int i = 0; i < ready && !closed; i++) {
                long key = events.getLong(EVENT_SIZE * i + DATA);
                Served each = served.get(key);
                if (key != WAKE && each != null) {
                    attendSafely(key, each, events.getInt(EVENT_SIZE * i));
                }
            }
        }
        served.forEach(this::end);
        Linux.close(epoll);
        Linux.close(wake);
    }

    /** One socket that cannot be served must not leave the others without anybody. */
    private void attendSafely(long key, Served each, int events) {
        try {
            attend(key, each, events);
        } catch (RuntimeException e) {
            LOG.error("a netlink socket cannot be served and is closed", e);
            end(key, each);
        }
    }

    private void attend(long key, Served each, int events) {
        SyntheticSocket socket = each.socket;
        if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
            end(key, each);
            return;
        }
        boolean more;
        boolean waits;
        // One step: in between, a reader that does not wait would find a dump without its end.
        synchronized (socket) {
            more = (events & EPOLLIN) == 0 || read(socket, (events & EPOLLRDHUP) != 0);
            waits = socket.proceed();
        }
        if (waits || (events & EPOLLOUT) != 0 || !more) {
            int reading = more ? EPOLLIN | EPOLLRDHUP : 0;
            control(EPOLL_CTL_MOD, socket.fd(), reading | (waits ? EPOLLOUT : 0), key);
        }
    }

    /** Answers on the calling thread what has come on a socket, up to a bound: who floods does not wait here for ever. */
    void settle(SyntheticSocket socket) {
        synchronized (socket) {
            for (int i = 0; i < SETTLED && !socket.isClosed() && isAsked(socket); i++) {
                read(socket, false);
                socket.proceed();
            }
            // A dump that waited for room may have it, before this side's thread has been told so.
            socket.proceed();
        }
    }

    /**
     * Answers one datagram.
     *
     * @param ending whether no more will come once all is read
     * @return whether more may come
     */
    private boolean read(SyntheticSocket socket, boolean ending) {
        synchronized (socket) {
            byte[] datagram;
            synchronized (in) {
                long length = in.with(at -> Linux.call(Nr.RECVFROM, socket.fd(), at, LONGEST, MSG_DONTWAIT, 0, 0));
                if (length <= 0) {
                    // An empty datagram is no end; netlink takes none.
                    return !ending;
                }
                datagram = in.get(0, (int) length);
            }
            Responder.answer(datagram, socket, interfaces.get());
            return true;
        }
    }

    private void end(long key, Served ended) {
        served.remove(key);
        byCookie.remove(ended.cookie);
        // A closed descriptor leaves the set only when nobody else holds it open, and guards of others may for a
        // moment.
        Linux.call(Nr.EPOLL_CTL, epoll, EPOLL_CTL_DEL, ended.socket.fd(), 0, 0, 0);
        ended.socket.close();
    }

    /** Ends the thread and waits until its descriptors are closed. A second time does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        Block one = Block.allocate(8).putLong(0, 1);
        SysException.check("write", one.with(at -> Linux.call(Nr.WRITE, wake, at, 8)));
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
