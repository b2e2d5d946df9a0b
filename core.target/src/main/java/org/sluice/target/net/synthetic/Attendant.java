package org.sluice.target.net.synthetic;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.linux.Block;
import org.sluice.linux.Epoll;
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

    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int FIONREAD = 0x541b;

    /** No socket sends more at once, unless it was given a larger buffer; of what is longer the rest is not read. */
    static final int LONGEST = 1 << 18;

    /** How many sockets a sandbox may have: each is a descriptor of this process, too. */
    static final int MOST_SOCKETS = 4096;

    private final Supplier<Interfaces> interfaces;

    /** By the cookies of the targets' ends. */
    private final Map<Long, Served> served = new ConcurrentHashMap<>();

    private final Block in = Block.allocate(LONGEST);
    private final Epoll epoll = new Epoll();
    private final Thread thread;

    /** Guards that none begins to be served when all end. */
    private final Object gate = new Object();

    private boolean over;

    /** A socket, and what is waited for on it. Guarded by the socket. */
    private static final class Served {
        private final SyntheticSocket socket;
        private int watched = Epoll.IN | Epoll.RDHUP;
        private boolean ended;

        Served(SyntheticSocket socket) {
            this.socket = socket;
        }
    }

    /**
     * Starts the thread, a daemon.
     *
     * @param interfaces asked anew for each datagram
     */
    Attendant(String name, Supplier<Interfaces> interfaces) {
        this.interfaces = interfaces;
        this.thread = new Thread(this::run, "sluice-netlink-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    int size() {
        return served.size();
    }

    /** The socket whose other end has this cookie. */
    Optional<SyntheticSocket> find(long cookie) {
        return Optional.ofNullable(served.get(cookie)).map(each -> each.socket);
    }

    List<SyntheticSocket> sockets() {
        return served.values().stream().map(each -> each.socket).toList();
    }

    /**
     * Serves a socket from now on, until the last descriptor of its other end is closed.
     *
     * @return 0, or a negative errno and it is closed: ENFILE if there are too many, EPERM if nobody serves any more
     */
    int serve(SyntheticSocket socket) {
        synchronized (gate) {
            Served each = new Served(socket);
            served.put(socket.cookie(), each);
            int error = over ? -Errno.EPERM : served.size() > MOST_SOCKETS ? -Errno.ENFILE : watch(each);
            if (error < 0) {
                end(each);
            }
            return error;
        }
    }

    private int watch(Served each) {
        return epoll.add(each.socket.fd(), each.watched, each.socket.cookie());
    }

    /** How many bytes a socket was sent that it has not read; its lock is held. */
    static int asked(SyntheticSocket socket) {
        Block count = Block.allocate(4);
        return count.with(at -> Linux.call(Nr.IOCTL, socket.fd(), FIONREAD, at)) == 0 ? count.getInt(0) : 0;
    }

    private void run() {
        try {
            while (epoll.await(this::attendSafely)) {
                // All that was ready has been attended to.
            }
        } finally {
            // Whatever ended this: targets must not wait for somebody who is not there.
            synchronized (gate) {
                over = true;
                served.values().forEach(this::end);
            }
        }
    }

    /** One socket that cannot be served must not leave the others without anybody. */
    private void attendSafely(long cookie, int events) {
        Served each = served.get(cookie);
        if (each == null) {
            return;
        }
        try {
            attend(each, events);
        } catch (RuntimeException e) {
            LOG.error("a netlink socket cannot be served and is closed", e);
            end(each);
        }
    }

    private void attend(Served each, int events) {
        if ((events & (Epoll.HUP | Epoll.ERR)) != 0) {
            end(each);
            return;
        }
        // One step: in between, a reader that does not wait would find a dump without its end.
        synchronized (each.socket) {
            if (each.socket.isClosed()) {
                return;
            }
            if ((events & Epoll.IN) != 0 && read(each.socket) == 0) {
                // An empty datagram is no end, and netlink takes none.
                each.ended = (events & Epoll.RDHUP) != 0 && asked(each.socket) == 0;
            }
            proceed(each);
        }
    }

    /** Answers on the calling thread what has come on a socket, but not what comes meanwhile: who floods does not wait here. */
    void settle(SyntheticSocket socket) {
        Served each = served.get(socket.cookie());
        if (each == null) {
            return;
        }
        synchronized (socket) {
            if (socket.isClosed()) {
                return;
            }
            int due = asked(socket);
            while (due > 0) {
                long length = read(socket);
                due = length < 0 || (length == 0 && asked(socket) == 0) ? 0 : (int) (due - length);
            }
            // A dump that waited for room may have it, before this side's thread has been told so.
            proceed(each);
        }
    }

    /** Goes on with a dump. This side's thread learns of the room it waits for, also where another thread has begun it. */
    private void proceed(Served each) {
        int room = each.socket.proceed() ? Epoll.OUT : 0;
        int events = room | (each.ended ? 0 : Epoll.IN | Epoll.RDHUP);
        if (events != each.watched) {
            each.watched = events;
            SysException.check("epoll_ctl", epoll.change(each.socket.fd(), events, each.socket.cookie()));
        }
    }

    /**
     * Answers one datagram.
     *
     * @return how long it was, 0 also where no more will come; or a negative errno
     */
    private long read(SyntheticSocket socket) {
        byte[] datagram;
        long length;
        synchronized (in) {
            length = in.with(at -> Linux.call(Nr.RECVFROM, socket.fd(), at, LONGEST, MSG_DONTWAIT | MSG_TRUNC, 0, 0));
            if (length <= 0) {
                return length;
            }
            datagram = in.get(0, (int) Math.min(length, LONGEST));
        }
        Responder.answer(datagram, socket, interfaces.get());
        return length;
    }

    private void end(Served ended) {
        synchronized (ended.socket) {
            if (!ended.socket.isClosed()) {
                served.remove(ended.socket.cookie());
                epoll.remove(ended.socket.fd());
                ended.socket.close();
            }
        }
    }

    /** Ends the thread and all sockets. A second time does nothing. */
    @Override
    public synchronized void close() {
        epoll.stop();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        epoll.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
