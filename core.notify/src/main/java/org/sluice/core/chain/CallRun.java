package org.sluice.core.chain;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.linux.Errno;
import org.sluice.notify.Bytes;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Verdict;
import org.sluice.notify.VirtualFiles;

/**
 * One call on its way through the chain, on one thread. Its phase decides who answers:
 *
 * <pre>
 * HANDLING ⇄ IN_CORE      the call's thread runs handlers, or waits for the kernel or for a successor
 * HANDLING → DONE         the call's thread answers
 * HANDLING → ABANDONED    the watchdog or a drain answers; the thread is interrupted
 * IN_CORE  → WITHDRAWN    a drain offers the call to another run, which answers
 * </pre>
 *
 * Each change is one compare-and-set, so exactly one party answers. Frames of a run that has been abandoned or withdrawn
 * are unwound by {@link Withdrawn} as soon as they touch the core.
 */
final class CallRun implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(CallRun.class);

    static final Verdict REFUSED = Verdict.failure(Errno.EPERM);
    private static final Class<?> OUTCOME = REFUSED.getClass();

    /** An AtomicInteger would be one more object for each call. */
    private static final VarHandle PHASE;

    static {
        try {
            PHASE = MethodHandles.lookup().findVarHandle(CallRun.class, "phase", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int HANDLING = 0;
    private static final int IN_CORE = 1;
    private static final int WITHDRAWN = 2;
    private static final int ABANDONED = 3;
    private static final int DONE = 4;

    private final SandboxChain chain;
    private final Notification notification;
    private final Reply reply;
    private final Route route;
    private final Takeover takeover;
    private volatile int phase = HANDLING;
    private volatile @Nullable Frame top;
    /** When the handler of {@link #top} began to run, 0 while the core runs. */
    private volatile long since;

    private volatile @Nullable Thread thread;
    private volatile @Nullable Question asked;
    private final @Nullable TracedCall traced;
    private boolean ended;

    CallRun(SandboxChain chain, Notification notification, Reply reply, Takeover takeover) {
        this.chain = chain;
        this.notification = notification;
        this.reply = reply;
        this.route = chain.route(notification.number());
        this.takeover = takeover;
        this.traced = chain.traced(notification);
    }

    Notification notification() {
        return notification;
    }

    SandboxChain chain() {
        return chain;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        int slot = chain.flights().enter(this);
        Verdict verdict = REFUSED;
        try {
            verdict = chain.isClosed() ? REFUSED : advance(0, Request.of(notification), null);
        } catch (Withdrawn e) {
            LOG.trace("{} of {} went on elsewhere", notification.name(), chain.name());
        } catch (Throwable e) {
            LOG.error("{} of {} failed inside the core", notification.name(), chain.name(), e);
        }
        if (PHASE.compareAndSet(this, HANDLING, DONE) || PHASE.compareAndSet(this, IN_CORE, DONE)) {
            answer(verdict);
            takeover.abandon(this);
        } else {
            end();
        }
        chain.flights().leave(slot, this);
    }

    private void answer(Verdict verdict) {
        try {
            if (traced != null) {
                traced.ends(verdict);
            }
            reply.answer(notification, verdict);
        } catch (Throwable e) {
            LOG.error("{} of {} could not be answered", notification.name(), chain.name(), e);
        }
    }

    /** Passes the call to the links from {@code from} on, and in the end performs it. */
    Verdict advance(int from, Request given, @Nullable Frame parent) {
        Request request = given;
        Verdict refusal = null;
        for (int i = from; i < route.length(); i++) {
            Seat seat = route.seat(i);
            if (takeover.skips(seat)) {
                continue;
            }
            Binding binding = seat.claim(this);
            if (binding == null) {
                if (seat.isRequiredFor(notification)) {
                    refusal = stronger(refusal, REFUSED);
                }
                continue;
            }
            try {
                Stage stage = binding.shape().stage();
                if (!binding.shape().wants(notification)) {
                    continue;
                }
                if (stage == Stage.DECIDE) {
                    refusal = stronger(refusal, decide(binding, request, parent));
                    continue;
                }
                if (refusal == null && stage == Stage.ANSWER && request.unjudged()) {
                    refusal = judge(request, parent);
                    request = request.accepted();
                }
                if (refusal != null) {
                    return refusal;
                }
                if (!seat.quarantine().isActive()) {
                    Verdict verdict = ask(binding, i + 1, request, parent);
                    if (verdict != null) {
                        return verdict;
                    }
                } else if (stage != Stage.OBSERVE) {
                    return REFUSED;
                }
            } finally {
                binding.release();
            }
        }
        if (refusal == null && request.unjudged()) {
            refusal = judge(request, parent);
        }
        return refusal != null ? refusal : takeover.perform(this, request);
    }

    /** Asks all deciders about a call that a translator changed; {@code null} if none objects. */
    private @Nullable Verdict judge(Request request, @Nullable Frame parent) {
        Verdict refusal = null;
        for (int i = 0; i < route.length(); i++) {
            Seat seat = route.seat(i);
            if (!seat.decides()) {
                continue;
            }
            Binding binding = seat.claim(this);
            if (binding == null) {
                refusal = seat.isRequiredFor(notification) ? stronger(refusal, REFUSED) : refusal;
                continue;
            }
            try {
                if (binding.shape().wants(notification)) {
                    refusal = stronger(refusal, decide(binding, request, parent));
                }
            } finally {
                binding.release();
            }
        }
        return refusal;
    }

    /** What a decider says against the call, {@code null} if it passed it on. */
    private @Nullable Verdict decide(Binding binding, Request request, @Nullable Frame parent) {
        if (binding.seat().quarantine().isActive()) {
            return REFUSED;
        }
        Frame frame = new Frame(this, binding, route.length(), parent);
        Verdict verdict = handle(frame, request);
        if (verdict == Continued.PASSED_ON && frame.settled()) {
            return null;
        }
        if (verdict != null && (verdict.continued() || verdict.succeeded())) {
            binding.seat().failed("a decider denies a call or returns what proceed gave; it may not answer it", null);
            return REFUSED;
        }
        return verdict == null ? REFUSED : verdict;
    }

    /** A denial with a reason weighs more than a failure, so that the order of deciders changes nothing. */
    private static @Nullable Verdict stronger(@Nullable Verdict first, @Nullable Verdict second) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return first.denial().isEmpty() && second.denial().isPresent() ? second : first;
    }

    /** Asks a handler of any other stage; {@code null} if the call goes on without it. */
    private @Nullable Verdict ask(Binding binding, int next, Request request, @Nullable Frame parent) {
        Frame frame = new Frame(this, binding, next, parent);
        Verdict verdict = handle(frame, request);
        Stage stage = frame.stage();
        if (stage == Stage.OBSERVE) {
            return frame.last();
        }
        if (verdict == null) {
            return REFUSED;
        }
        if (verdict.continued() && verdict != frame.last()) {
            binding.seat().failed("only the core lets the kernel run a call", null);
            return REFUSED;
        }
        if (stage == Stage.LEARN && verdict.succeeded() && !frame.settled()) {
            binding.seat().failed("a handler of stage LEARN may not answer a call that was not performed", null);
            return REFUSED;
        }
        return verdict;
    }

    /** Runs a handler; {@code null} if it failed. */
    private @Nullable Verdict handle(Frame frame, Request request) {
        SyscallHandler handler = frame.binding().instance().handler();
        if (handler == null || phase != HANDLING) {
            throw new Withdrawn();
        }
        Seat seat = frame.binding().seat();
        CallView view = new CallView(frame, request);
        Verdict verdict = null;
        Throwable failure = null;
        top = frame;
        resume();
        try {
            verdict = seatServes(frame) ? serve((VirtualFiles) handler, view, frame) : handler.handle(view, frame);
        } catch (Throwable e) {
            failure = e;
        }
        long spent = since == 0 ? frame.spent() : pause(frame.spent());
        top = frame.parent();
        seat.metrics().called(spent);
        if (phase != HANDLING) {
            throw new Withdrawn();
        }
        if (traced != null && verdict != frame.last() && verdict != Continued.PASSED_ON) {
            traced.answeredBy(seat.name());
        }
        if (failure != null) {
            seat.failed("it threw " + failure.getClass().getName(), failure);
            return null;
        }
        if (verdict == null || (verdict.getClass() != OUTCOME && verdict.getClass() != Continued.class)) {
            seat.failed(verdict == null ? "it returned null" : "it returned a verdict of its own making", null);
            return null;
        }
        return verdict;
    }

    private boolean seatServes(Frame frame) {
        return frame.binding().shape().places().hold(notification);
    }

    /** A handler that contributes files is asked for the content alone; how it is opened is the core's affair. */
    private static Verdict serve(VirtualFiles files, CallView view, Frame frame) {
        String name = frame.notification().virtualName(true).orElseThrow();
        Optional<Bytes> content = files.content(view.sandbox(), view.state(), view.target(), name);
        return content.isPresent() ? frame.serve(content.get()) : frame.proceed(view);
    }

    /** Refuses a chain that is used on another thread or after its time. */
    void check(Frame frame) {
        if (Thread.currentThread() != thread || top != frame || since == 0) {
            throw new IllegalStateException("a chain is valid only during the handle that it was given to");
        }
        if (phase != HANDLING) {
            throw new Withdrawn();
        }
    }

    /** Refuses to show a call whose time is over: what it owns may be closed, and a number may be another socket. */
    void requireOpen() {
        int now = phase;
        if (now == DONE) {
            throw new IllegalStateException("a call is valid only during the handle that it was given to");
        }
        if (now != HANDLING) {
            throw new Withdrawn();
        }
    }

    /** Stops the clock; returns the handler's own time with the stretch that ends. */
    long pause(long spent) {
        long began = since;
        since = 0;
        return spent + System.nanoTime() - began;
    }

    void resume() {
        since = System.nanoTime() | 1;
    }

    /** Waits for what somebody says; the call may be withdrawn meanwhile, and its question stays. */
    Optional<Verdict> ask(Question question) {
        asked = question;
        enterCore();
        Optional<Verdict> refusal = Optional.of(REFUSED);
        try {
            refusal = question.await(this::isInCore);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            LOG.error("nobody could be asked about {} of {}", notification.name(), chain.name(), e);
        }
        if (!exitCore()) {
            throw new Withdrawn();
        }
        return refusal;
    }

    /** From here until {@link #exitCore} the call may be withdrawn. */
    void enterCore() {
        if (!PHASE.compareAndSet(this, HANDLING, IN_CORE)) {
            throw new Withdrawn();
        }
    }

    /** Whether the call is still this run's. */
    boolean exitCore() {
        return PHASE.compareAndSet(this, IN_CORE, HANDLING);
    }

    boolean isInCore() {
        return phase == IN_CORE;
    }

    boolean isHandling() {
        return phase == HANDLING;
    }

    /** Takes the call away from its thread if that is in the core; whether it was. */
    boolean withdraw() {
        if (!PHASE.compareAndSet(this, IN_CORE, WITHDRAWN)) {
            return false;
        }
        takeover.wake();
        Question open = asked;
        if (open != null) {
            open.wake();
        }
        chain.offer(again(takeover.next()));
        return true;
    }

    /** Takes the call away from frames of a handler that has to go. */
    void evict(Instance instance) {
        while (hasFrameOf(instance)) {
            if (withdraw()) {
                return;
            }
            if (PHASE.compareAndSet(this, HANDLING, ABANDONED)) {
                abandon(hasFrameOf(instance), "it did not let go of a call when it left", takeover.hasBegun());
                return;
            }
            int now = phase;
            if (now != HANDLING && now != IN_CORE) {
                return;
            }
        }
    }

    /** Ends the call if a handler has used up its time. */
    void expire(long now, long budget) {
        Frame frame = top;
        long began = since;
        if (frame == null || began == 0 || frame.spent() + now - began <= budget) {
            return;
        }
        if (PHASE.compareAndSet(this, HANDLING, ABANDONED)) {
            abandon(top == frame && since == began, "it took longer than its time budget", false);
        }
    }

    /**
     * Answers in place of a thread that is stuck in a handler, or has that done.
     *
     * @param stuck false if the thread just got out
     * @param goesOn whether the handlers that are there now bring the call to its end: what has been done in the target's
     *     place must not be denied because a handler was slow to leave
     */
    private void abandon(boolean stuck, String reason, boolean goesOn) {
        Frame frame = top;
        if (!stuck || frame == null) {
            chain.offer(again(takeover.next()));
            return;
        }
        Seat seat = frame.binding().seat();
        seat.failed(reason, null);
        Verdict last = frame.last();
        boolean observes = frame.stage() == Stage.OBSERVE;
        if (observes && last == null) {
            chain.offer(again(takeover.nextWithout(seat)));
        } else if (!observes && goesOn) {
            chain.offer(again(takeover.next()));
        } else {
            if (traced != null) {
                traced.answeredBy(seat.name());
            }
            answer(observes && last != null ? last : REFUSED);
        }
        interrupt();
    }

    private CallRun again(Takeover next) {
        return new CallRun(chain, notification, reply, next);
    }

    /** Refuses a call that nobody can run any more. */
    void refuse() {
        if (PHASE.compareAndSet(this, HANDLING, DONE)) {
            answer(REFUSED);
            takeover.abandon(this);
        }
    }

    private synchronized void interrupt() {
        Thread stuck = thread;
        if (!ended && stuck != null) {
            stuck.interrupt();
        }
    }

    private synchronized void end() {
        ended = true;
        if (phase == ABANDONED) {
            // The interrupt was meant for the handler, not for what this thread does next.
            Thread.interrupted();
        }
    }

    private boolean hasFrameOf(Instance instance) {
        for (Frame frame = top; frame != null; frame = frame.parent()) {
            if (frame.binding().instance() == instance) {
                return true;
            }
        }
        return false;
    }

    /** Whether this is a call that was answered and whose thread is still in the handler of {@code seat}. */
    boolean isLeakedBy(Seat seat) {
        Frame frame = top;
        return phase == ABANDONED && frame != null && frame.binding().seat() == seat;
    }
}
