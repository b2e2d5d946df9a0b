package org.sluice.target.net.synthetic;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.linux.Block;
import org.sluice.linux.Descriptor;
import org.sluice.linux.Epoll;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.target.Attempt;

/**
 * Serves all sockets of one sandbox on one thread, in turn, a datagram each. It never waits for a reader: what a reader has no
 * room for is lost, and a dump goes on when there is room. So a sandbox that asks without end costs a thread's time and keeps
 * nobody else waiting. Owns this side's descriptors. Thread-safe.
 */
final class Attendant implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Attendant.class);

    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int FOR_EVER = -1;
    private static final int LAPSE_MILLIS = 1000;

    /** No socket sends more at once, unless it was given a larger buffer; of what is longer the rest is not read. */
    static final int LONGEST = 1 << 18;

    /** How many sockets a sandbox may have: each is a descriptor of this process, too. */
    static final int MOST_SOCKETS = 4096;

    private final Supplier<Interfaces> interfaces;
    private final Supplier<Attempt<ReadySockets.Ready>> maker;

    /** By the cookies of the targets' ends. */
    private final Map<Long, Served> served = new ConcurrentHashMap<>();

    private final Block in = Block.allocate(LONGEST);
    private final Epoll epoll = new Epoll();
    private final Thread thread;

    /** Guards that none begins to be served when all end, and what lies ready. */
    private final Object gate = new Object();

    private boolean over;

    /** Guarded by {@link #gate}. */
    private final ReadySockets ready = new ReadySockets();

    /** How many have been given to targets. */
    private final AtomicInteger given = new AtomicInteger();

    /** Whether a target has let go of a socket since more of them were made. This side's thread's. */
    private boolean hasEnded;

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
     * @param maker makes sockets that are not served yet
     */
    Attendant(String name, Supplier<Interfaces> interfaces, Supplier<Attempt<ReadySockets.Ready>> maker) {
        this.interfaces = interfaces;
        this.maker = maker;
        this.thread = new Thread(this::run, "sluice-netlink-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** How many sockets targets have. */
    int size() {
        return given.get();
    }

    /** How many lie ready. */
    int readySize() {
        synchronized (gate) {
            return ready.size();
        }
    }

    /** The socket whose other end has this cookie. */
    Optional<SyntheticSocket> find(long cookie) {
        return Optional.ofNullable(served.get(cookie)).map(each -> each.socket);
    }

    /**
     * A socket for a target, which is served until the last descriptor of its other end is closed.
     *
     * @param type SOCK_RAW or SOCK_DGRAM
     * @param creator the process that asks for it
     * @return the other end, for the caller to close; ENFILE if there are too many, EPERM if nobody serves any more, or what
     *     the maker says
     */
    Attempt<Descriptor> give(int type, int creator) {
        ReadySockets.Ready taken;
        synchronized (gate) {
            ready.use(System.nanoTime());
            if (over || given.get() >= MOST_SOCKETS) {
                return Attempt.failed(over ? Errno.EPERM : Errno.ENFILE);
            }
            given.incrementAndGet();
            taken = ready.take();
        }
        if (taken == null) {
            Attempt<ReadySockets.Ready> made = make();
            if (!made.succeeded()) {
                given.decrementAndGet();
                return Attempt.failed(made.errno());
            }
            taken = made.get();
        }
        taken.socket().give(type, creator);
        return Attempt.of(taken.far());
    }

    /** Makes a socket that is served from now on. */
    private Attempt<ReadySockets.Ready> make() {
        Attempt<ReadySockets.Ready> made = maker.get();
        if (!made.succeeded()) {
            return made;
        }
        Served each = new Served(made.get().socket());
        int error;
        synchronized (gate) {
            served.put(each.socket.cookie(), each);
            error = over ? -Errno.EPERM : watch(each);
        }
        if (error < 0) {
            end(each);
            made.get().far().close();
            return Attempt.failed(-error);
        }
        return made;
    }

    List<SyntheticSocket> sockets() {
        return served.values().stream().map(each -> each.socket).toList();
    }

    private int watch(Served each) {
        return epoll.add(each.socket.fd(), each.watched, each.socket.cookie());
    }

    private void run() {
        try {
            while (epoll.await(this::attendSafely, patience())) {
                prepare();
            }
        } finally {
            // Whatever ended this: targets must not wait for somebody who is not there.
            synchronized (gate) {
                over = true;
                served.values().forEach(this::end);
                discard();
            }
        }
    }

    /** How long this side's thread may sleep; in milliseconds. */
    private int patience() {
        synchronized (gate) {
            return ready.isEmpty() ? FOR_EVER : LAPSE_MILLIS;
        }
    }

    /** Makes sockets where some have gone, and lets go of what nobody asks for. */
    private void prepare() {
        boolean fills = hasEnded;
        hasEnded = false;
        synchronized (gate) {
            if (ready.isLapsed(System.nanoTime())) {
                discard();
                return;
            }
            fills &= ready.isLow();
        }
        while (fills) {
            Attempt<ReadySockets.Ready> made = make();
            synchronized (gate) {
                if (made.succeeded()) {
                    ready.add(made.get());
                }
                fills = made.succeeded() && ready.hasRoom();
            }
        }
    }

    /** The gate is held. */
    private void discard() {
        for (ReadySockets.Ready each = ready.take(); each != null; each = ready.take()) {
            Served known = served.get(each.socket().cookie());
            if (known != null) {
                end(known);
            }
            each.far().close();
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
            hasEnded = true;
            return;
        }
        // One step: in between, a reader that does not wait would find a dump without its end.
        synchronized (each.socket) {
            if (each.socket.isClosed()) {
                return;
            }
            if ((events & Epoll.IN) != 0 && read(each.socket) == 0) {
                // An empty datagram is no end, and netlink takes none.
                each.ended = (events & Epoll.RDHUP) != 0 && each.socket.asked() == 0;
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
            readAll(socket);
            // A dump that waited for room may have it, before this side's thread has been told so.
            proceed(each);
        }
    }

    /** Answers what has come; the socket's lock is held. Whether there was anything. */
    private boolean readAll(SyntheticSocket socket) {
        int due = socket.asked();
        boolean any = due > 0;
        while (due > 0) {
            long length = read(socket);
            due = length < 0 || (length == 0 && socket.asked() == 0) ? 0 : (int) (due - length);
        }
        return any;
    }

    /**
     * Answers a datagram on the calling thread, after what has come on the socket before it.
     *
     * @return how long it is, or -EPIPE if the socket is over
     */
    int answer(SyntheticSocket socket, byte[] datagram) {
        Served each = served.get(socket.cookie());
        if (each == null) {
            return -Errno.EPIPE;
        }
        synchronized (socket) {
            if (socket.isClosed()) {
                return -Errno.EPIPE;
            }
            if (readAll(socket)) {
                proceed(each);
            }
            Responder.answer(datagram, socket, interfaces.get());
            proceed(each);
        }
        return datagram.length;
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
                if (ended.socket.isGiven()) {
                    given.decrementAndGet();
                }
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
