package org.sluice.core.chain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.HandlerStatus;
import org.sluice.core.Latency;
import org.sluice.core.TraceFeed;
import org.sluice.core.trap.Names;
import org.sluice.core.trap.Trap;
import org.sluice.core.trap.TrapParser;
import org.sluice.core.trap.TrapSet;
import org.sluice.notify.Event;
import org.sluice.notify.Settings;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;

/**
 * The handlers of one sandbox. A call passes them in the order of their stages, inside a stage by ranking, then by name;
 * what no handler answers the terminal performs. The order for each system call is worked out when a handler changes,
 * and swapped as a whole, so a call needs no lock. Thread-safe.
 */
public final class SandboxChain implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SandboxChain.class);

    /** Seats that must not be empty come first as long as nothing is known of their handler. */
    private static final Comparator<Seat> ORDER = SandboxChain::compare;

    private final HandlerRegistry registry;
    private final ChainSpec spec;
    private final Map<String, Seat> seats;
    private final List<Trap> reserve;
    private final boolean reserveAll;
    private final Flights flights = new Flights();
    private final Trace trace = new Trace();
    /** By system call number. */
    private volatile @Nullable Route[] table = {};

    private volatile Route fallback = new Route(List.of());
    private volatile @Nullable TrapSet delivered;
    private volatile boolean closed;

    SandboxChain(HandlerRegistry registry, ChainSpec spec) {
        this.registry = registry;
        this.spec = spec;
        this.reserveAll = spec.reserve().contains(TrapSet.WILDCARD);
        List<Trap> reserved = new ArrayList<>();
        for (String text : spec.reserve()) {
            if (!text.equals(TrapSet.WILDCARD)) {
                reserved.add(TrapParser.parse(text, registry.names()));
            }
        }
        this.reserve = List.copyOf(reserved);
        Map<String, Seat> all = new TreeMap<>();
        for (Map.Entry<String, Settings> handler : spec.handlers().entrySet()) {
            String name = handler.getKey();
            all.put(
                    name,
                    new Seat(this, name, handler.getValue(), spec.required().contains(name)));
        }
        this.seats = all;
    }

    /** The sandbox's name. */
    public String name() {
        return spec.context().name();
    }

    /**
     * Brings one call to its end on the calling thread and answers it exactly once, from this thread or, if a handler had
     * to be left behind, from another. Never throws. May return before a call is answered that was withdrawn from this
     * thread; the calling thread is then free.
     */
    public void dispatch(Notification notification, Reply reply) {
        new CallRun(this, notification, reply, Takeover.none()).run();
    }

    /**
     * What the filter has to deliver: the traps of the handlers that are active now, and what is reserved. The first call
     * fixes it for the life of the sandbox, since a filter cannot be widened.
     */
    public synchronized TrapSet trapSet() {
        TrapSet known = delivered;
        if (known == null) {
            List<Trap> union = new ArrayList<>(reserve);
            for (Seat seat : seats.values()) {
                Shape shape = seat.shape();
                if (shape != null) {
                    union.addAll(shape.traps());
                }
            }
            known = new TrapSet(reserveAll, union);
            delivered = known;
        }
        return known;
    }

    /**
     * Whether a handler that is active now wants what the arguments of a system call point to.
     *
     * @return false if all that asked for it look at registers alone
     */
    public boolean isCopied(int number) {
        Route route = route(number);
        for (int i = 0; i < route.length(); i++) {
            Shape shape = route.seat(i).shape();
            if (shape == null || shape.access() == Traps.Access.PERFORM) {
                return true;
            }
        }
        return false;
    }

    /** Waits until every handler that takes part is active; returns the names that are not. */
    public List<String> awaitHandlers(long time, TimeUnit unit) throws InterruptedException {
        long deadline = System.nanoTime() + unit.toNanos(time);
        synchronized (this) {
            List<String> missing = missing();
            for (long left = deadline - System.nanoTime();
                    !missing.isEmpty() && left > 0 && !closed;
                    left = deadline - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
                missing = missing();
            }
            return missing;
        }
    }

    /** The handlers that take part and are not there. */
    public List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (Seat seat : seats.values()) {
            if (seat.active() == null) {
                missing.add(seat.name());
            }
        }
        return missing;
    }

    /**
     * Lets a handler out of quarantine.
     *
     * @throws IllegalArgumentException if no handler of that name takes part
     */
    public void release(String handler) {
        seat(handler).quarantine().release();
        LOG.info("handler {} is out of quarantine in {}", handler, name());
    }

    /**
     * Gives a handler another section of the profile.
     *
     * @return what is not in force: that the handler does not take it, or what of its traps the filter does not deliver
     * @throws IllegalArgumentException if no handler of that name takes part
     */
    public List<String> reconfigure(String handler, Settings settings) {
        Seat seat = seat(handler);
        return registry.slot(handler).reconfigure(seat, settings);
    }

    /**
     * What a handler keeps for this sandbox.
     *
     * @throws IllegalArgumentException if no handler of that name takes part
     */
    public Map<String, Object> state(String handler) {
        return spec.state().look(seat(handler).name());
    }

    /**
     * The counts of a handler.
     *
     * @throws IllegalArgumentException if no handler of that name takes part
     */
    public HandlerMetrics metrics(String handler) {
        return seat(handler).metrics();
    }

    /** How long each handler that takes part needs, by its name. */
    public Map<String, Latency> latencies() {
        Map<String, Latency> all = new TreeMap<>();
        seats.forEach((name, seat) -> all.put(name, Latency.of(seat.metrics().histogram())));
        return all;
    }

    /** The calls from now on. */
    public TraceFeed trace() {
        return trace.open();
    }

    /** A call that is answered without asking any handler. */
    public void refused(Notification notification, Verdict verdict) {
        TracedCall traced = traced(notification);
        if (traced != null) {
            traced.ends(verdict);
        }
    }

    @Nullable
    TracedCall traced(Notification notification) {
        Trace read = trace.ifRead();
        return read == null ? null : new TracedCall(read, this, notification);
    }

    /** Every handler, those that take part first, each kind by name. */
    public List<HandlerStatus> statuses() {
        return registry.statuses(this);
    }

    /** Ends the chain: calls that wait are refused, and handlers that work on one have the drain time to finish. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            notifyAll();
        }
        registry.detach(this);
    }

    private Seat seat(String handler) {
        Seat seat = seats.get(handler);
        if (seat == null) {
            throw new IllegalArgumentException("handler " + handler + " takes no part in " + name()
                    + "; those that do are " + String.join(", ", seats.keySet()));
        }
        return seat;
    }

    Map<String, Seat> seats() {
        return seats;
    }

    ChainSpec spec() {
        return spec;
    }

    Names names() {
        return registry.names();
    }

    ChainTimeouts timeouts() {
        return registry.timeouts();
    }

    Flights flights() {
        return flights;
    }

    boolean isClosed() {
        return closed;
    }

    @Nullable
    TrapSet delivered() {
        return delivered;
    }

    void event(Event event) {
        try {
            spec.context().event(event);
        } catch (RuntimeException e) {
            LOG.error("an event of {} was lost: {}", name(), event, e);
        }
    }

    /** Runs a call that was taken away from its thread. */
    void offer(CallRun run) {
        if (closed) {
            run.refuse();
        } else {
            registry.watchdog().offer(run);
        }
    }

    /** Ends the calls of a chain whose handlers have been taken out. */
    void finish(List<Binding> bindings) {
        flights.forEach(CallRun::withdraw);
        long deadline = System.nanoTime() + timeouts().drain().toNanos();
        for (Binding binding : bindings) {
            // What was withdrawn hangs in the kernel and unwinds in its own time; only handlers are waited for.
            if (!flights.anyMatch(CallRun::isHandling) || !binding.awaitIdle(deadline)) {
                evict(binding.instance());
            }
        }
    }

    void evict(Instance instance) {
        flights.forEach(run -> run.evict(instance));
    }

    /** How many threads are still in a handler of {@code seat} after their call was answered without it. */
    int leaks(Seat seat) {
        int[] count = {0};
        flights.forEach(run -> count[0] += run.isLeakedBy(seat) ? 1 : 0);
        return count[0];
    }

    int argumentIndex(String syscall, String argument) {
        List<Names.Parameter> parameters = names().parameters(syscall);
        for (int i = 0; i < parameters.size(); i++) {
            if (parameters.get(i).name().equals(argument)) {
                return i;
            }
        }
        throw new IllegalArgumentException(syscall + " has no argument " + argument + "; it has "
                + parameters.stream().map(Names.Parameter::name).toList());
    }

    Route route(int number) {
        Route[] known = table;
        Route route = number >= 0 && number < known.length ? known[number] : null;
        return route == null ? fallback : route;
    }

    /** Works out the order anew. */
    synchronized void reroute() {
        List<Seat> order = new ArrayList<>(seats.values());
        order.sort(ORDER);
        Map<Integer, List<Seat>> byNumber = new HashMap<>();
        List<Seat> unknown = new ArrayList<>();
        int highest = -1;
        for (Seat seat : order) {
            Shape shape = seat.shape();
            if (shape == null) {
                unknown.add(seat);
                continue;
            }
            for (Trap trap : shape.traps()) {
                List<Seat> route = byNumber.computeIfAbsent(trap.number(), n -> new ArrayList<>(unknown));
                if (!route.contains(seat)) {
                    route.add(seat);
                }
                highest = Math.max(highest, trap.number());
            }
        }
        @Nullable Route[] next = new Route[highest + 1];
        for (Map.Entry<Integer, List<Seat>> route : byNumber.entrySet()) {
            next[route.getKey()] = new Route(route.getValue());
        }
        fallback = new Route(unknown);
        table = next;
        notifyAll();
    }

    private static int compare(Seat a, Seat b) {
        Shape left = a.shape();
        Shape right = b.shape();
        int order;
        if (left == null || right == null) {
            order = Boolean.compare(left != null, right != null);
        } else {
            int stage = left.stage().compareTo(right.stage());
            order = stage != 0 ? stage : Integer.compare(right.ranking(), left.ranking());
        }
        return order != 0 ? order : a.name().compareTo(b.name());
    }
}
