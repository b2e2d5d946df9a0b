package org.sluice.core.pump;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.bpf.Listener;
import org.sluice.bpf.SeccompNotif;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;

/**
 * The pump of one listener, by the pattern leader/follower: one thread, the leader, waits in SECCOMP_IOCTL_NOTIF_RECV,
 * and handles what it receives itself, because handing a call to another thread costs more than the call. Several waiting
 * threads would all be woken by each call (measured: 225 000 calls a second with one, 82 000 with four). When the leader is
 * busy for long, the {@link Watchdog} makes a spare thread the leader; the old one finishes its call and becomes a spare.
 *
 * <p>Where several targets make calls at the same time, on several processors, they would wait for one another, and
 * synchronous wake-ups would bring them all to the leader's processor. So in a {@link Crowd} a second thread leads as well,
 * and wake-ups are not synchronous.
 *
 * <p>Owns the listener and closes it once the last thread has left. Thread-safe.
 */
public final class Pump {

    private static final int SCRATCH_SIZE = 8192;
    private static final boolean HAS_PROCESSORS = Runtime.getRuntime().availableProcessors() > 1;

    /** More calls of a sandbox than this wait in the kernel. */
    static final int LIMIT = 256;

    /** How long a spare thread waits for work before it ends. */
    private static final long SPARE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** No notification has this id: the kernel counts up from a random number. */
    private static final long NOTHING = 0;

    private static final VarHandle PROGRESS;

    static {
        try {
            PROGRESS = MethodHandles.lookup().findVarHandle(Worker.class, "progress", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Pump.class);

    private final String name;
    private final Listener listener;
    private final Intake intake;
    private final Watchdog watchdog;
    private final boolean pollFirst;
    private final Lead first = new Lead();
    private final Lead second = new Lead();
    private final Crowd crowd = new Crowd();
    private final ConcurrentLinkedDeque<Worker> spares = new ConcurrentLinkedDeque<>();
    private final AtomicInteger workers = new AtomicInteger();
    private final AtomicInteger numbers = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean over;

    /**
     * A pump that has not started yet.
     *
     * @param name names the threads
     * @param pollFirst whether to poll before each receive: kernels before 6.11 never return from a receive on a filter
     *     without users
     */
    public Pump(String name, Listener listener, Intake intake, Watchdog watchdog, boolean pollFirst) {
        this.name = name;
        this.listener = listener;
        this.intake = intake;
        this.watchdog = watchdog;
        this.pollFirst = pollFirst;
    }

    /** Starts the first thread. */
    public void start() {
        watchdog.add(this);
        Worker worker = new Worker();
        worker.lead = first;
        first.holder.set(worker);
        worker.start();
    }

    /** This thread is about to block: if it is the one that receives for a pump, another one does so from now on. */
    public static void yieldLeadOfThisThread() {
        if (Thread.currentThread() instanceof Worker worker) {
            worker.yieldLead();
        }
    }

    /** Waits until the last target has ended and no call is in progress. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /**
     * Keeps an answer until this thread receives again, if it is the thread of a pump that is about to. Else the caller
     * sends the answer itself.
     */
    public static boolean keepAnswer(long id, long value, int error, int flags) {
        return Thread.currentThread() instanceof Worker worker && worker.keepAnswer(id, value, error, flags);
    }

    /**
     * Closes a descriptor just before the answer that {@link #keepAnswer} has kept for this notification is sent.
     *
     * @return false if there is none; then the caller closes it
     */
    public static boolean closeFirst(long id, int fd) {
        return Thread.currentThread() instanceof Worker worker && worker.closeFirst(id, fd);
    }

    /** Promotes a spare where a leader is at the same call as at the last look; whether one is busy. Watchdog's thread. */
    boolean check() {
        boolean busy = first.check();
        return second.check() || busy;
    }

    /** The right to receive, and who has it. */
    private final class Lead {

        final AtomicReference<@Nullable Worker> holder = new AtomicReference<>();

        /** What the watchdog saw at its last look. */
        private @Nullable Worker seen;

        private long seenProgress;

        boolean check() {
            Worker now = holder.get();
            if (now == null) {
                return false;
            }
            long progress = now.progress;
            boolean busy = (progress & 1) == 1;
            if (busy && now == seen && progress == seenProgress) {
                promote(now);
            }
            seen = now;
            seenProgress = progress;
            return busy;
        }

        boolean isBusy() {
            Worker now = holder.get();
            return now != null && (now.progress & 1) == 1;
        }

        void promote(@Nullable Worker from) {
            if (workers.get() >= LIMIT || over) {
                return;
            }
            Worker next = spares.pollFirst();
            boolean fresh = next == null;
            if (next == null) {
                next = new Worker();
            }
            next.lead = this;
            if (holder.compareAndSet(from, next)) {
                next.begin(fresh);
            } else if (fresh) {
                workers.decrementAndGet();
            } else {
                spares.addFirst(next);
            }
        }
    }

    private final class Worker extends Thread {

        private final Block received = Block.allocate(SeccompNotif.SIZE);
        private final Block scratch = Block.allocate(SCRATCH_SIZE);

        private final Exchange exchange = new Exchange(listener, received);

        /** Odd while a call is in progress, more by two for each. Read by the watchdog, written by this thread alone. */
        private volatile long progress;

        private long answering = NOTHING;

        /** Of which this thread is the holder, or was. */
        private volatile @Nullable Lead lead;

        Worker() {
            super("sluice-" + name + "-" + numbers.incrementAndGet());
            setDaemon(true);
            workers.incrementAndGet();
        }

        void yieldLead() {
            Lead mine = lead;
            if (mine != null) {
                mine.promote(this);
            }
        }

        boolean leads() {
            Lead mine = lead;
            return mine != null && mine.holder.get() == this;
        }

        void begin(boolean fresh) {
            if (fresh) {
                start();
            } else {
                LockSupport.unpark(this);
            }
        }

        @Override
        public void run() {
            try {
                while (waitToLead()) {
                    while (leads()) {
                        if (!receive()) {
                            end();
                            return;
                        }
                        if (lead == second && !crowd.isCrowded()) {
                            second.holder.compareAndSet(this, null);
                        }
                    }
                }
            } finally {
                leave();
            }
        }

        /** Waits as a spare; false if this thread is not needed any more. */
        private boolean waitToLead() {
            if (leads()) {
                return true;
            }
            if (exchange.isPending()) {
                // The lead was taken while the call was handled or just after: the next receive is not this thread's.
                complain(exchange.send(listener));
            }
            spares.addFirst(this);
            long deadline = System.nanoTime() + SPARE_NANOS;
            while (!leads()) {
                long left = deadline - System.nanoTime();
                if ((over || left <= 0) && spares.remove(this)) {
                    return false;
                }
                // Not in the list and not yet the leader: about to be unparked.
                LockSupport.parkNanos(Pump.this, Math.max(left, 1_000_000));
            }
            return true;
        }

        /** Receives and handles one notification; false if there will be no more. */
        private boolean receive() {
            if (pollFirst && hungUp(true)) {
                return false;
            }
            // Two that poll first may both be told of the same call, and one would then receive for ever.
            if (HAS_PROCESSORS && !pollFirst && Crowd.isSampled(progress >> 1)) {
                look();
            }
            long result = exchange.isPending() ? exchange() : listener.receive(received);
            if (result == 0) {
                handle();
                return true;
            }
            if (result == -Errno.ENOENT || result == -Errno.EINTR) {
                // A target that vanished before the receive; on a filter without users for ever.
                return !hungUp(false);
            }
            log.error("{}: receiving a notification failed: {}", name, Errno.describe((int) -result));
            return false;
        }

        private long exchange() {
            received.zero(0, SeccompNotif.SIZE);
            long result = exchange.run();
            complain(exchange.sent());
            return result;
        }

        private void handle() {
            PROGRESS.setRelease(this, progress + 1);
            watchdog.wake();
            answering = received.getLong(SeccompNotif.ID);
            try {
                intake.handle(received, scratch);
            } catch (Throwable e) {
                // The kernel answers the call when the target ends; the thread must go on for the others.
                log.error("a notification of {} was lost", name, e);
            }
            answering = NOTHING;
            PROGRESS.setRelease(this, progress + 1);
            // A handler that was told to hurry may have left its mark.
            Thread.interrupted();
        }

        /** Only for the call of this thread's own: another one's would have to wait for this thread's. */
        boolean keepAnswer(long id, long value, int error, int flags) {
            return id == answering && !pollFirst && exchange.keep(id, value, error, flags);
        }

        boolean closeFirst(long id, int fd) {
            return id == answering && exchange.closeFirst(fd);
        }

        private void complain(long sent) {
            // ENOENT: the target has been killed meanwhile.
            if (sent < 0 && sent != -Errno.ENOENT) {
                log.error("an answer was not taken: {}", Errno.describe((int) -sent));
            }
        }

        /** Whether the call that has just been handled, or its thread, had company. */
        private void look() {
            boolean crowded = crowd.isCrowded();
            boolean hit = crowded
                    ? (lead == second ? first : second).isBusy()
                    : (listener.poll(scratch, false) & Listener.POLLIN) != 0;
            if (crowd.sample(hit)) {
                listener.setSyncWakeUp(!crowd.isCrowded());
            }
            if (crowd.isCrowded() && second.holder.get() == null) {
                second.promote(null);
            }
        }

        private boolean hungUp(boolean waits) {
            return listener.poll(scratch, waits) == Listener.POLLHUP;
        }
    }

    private void end() {
        over = true;
        for (Worker spare : spares) {
            LockSupport.unpark(spare);
        }
    }

    private void leave() {
        if (workers.decrementAndGet() == 0 && over) {
            watchdog.remove(this);
            listener.close();
            ended.countDown();
        }
    }
}
