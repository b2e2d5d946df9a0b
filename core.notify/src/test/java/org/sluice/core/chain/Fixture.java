package org.sluice.core.chain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.sluice.core.state.StateStore;
import org.sluice.core.trap.HostNames;
import org.sluice.core.trap.Names;
import org.sluice.core.trap.TrapParser;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Denial;
import org.sluice.notify.Event;
import org.sluice.notify.Ports;
import org.sluice.notify.Rules;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Settings;
import org.sluice.notify.Socket;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Target;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;

/** A registry, one sandbox and calls to send through it. */
final class Fixture implements AutoCloseable {

    static final Names NAMES = new HostNames();
    static final Verdict DONE = Verdict.value(7);
    static final Address.Inet ADDRESS = new Address.Inet(Bytes.of(new byte[] {127, 0, 0, 1}), 6379);

    final HandlerRegistry registry;
    final StateStore state = new StateStore();
    final List<Event> events = Collections.synchronizedList(new ArrayList<>());
    final List<Optional<Address>> performed = Collections.synchronizedList(new ArrayList<>());
    final Map<String, Settings> handlers = new LinkedHashMap<>();
    Terminal terminal = (call, address, exclusive) -> {
        performed.add(address);
        return DONE;
    };
    Question question = new Question() {
        @Override
        public Optional<Verdict> await(BooleanSupplier wanted) {
            return Optional.empty();
        }

        @Override
        public void wake() {}
    };
    Function<Bytes, Verdict> server = content -> DONE;
    boolean virtualFiles = true;
    Set<String> required = Set.of();
    List<String> reserve = List.of();

    Fixture() {
        this(new ChainTimeouts(
                Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofMillis(500), Duration.ofSeconds(10)));
    }

    Fixture(ChainTimeouts timeouts) {
        registry = new HandlerRegistry(timeouts, NAMES);
    }

    /** Times so short that a test can wait for their end. */
    static ChainTimeouts brief() {
        return new ChainTimeouts(
                Duration.ofMillis(150), Duration.ofMillis(100), Duration.ofMillis(100), Duration.ofSeconds(10));
    }

    static HandlerDescription describe(String name, Stage stage, int ranking, String version, String... traps) {
        return new HandlerDescription(
                name,
                stage,
                1,
                Traps.Access.PERFORM,
                List.of(traps.length == 0 ? new String[] {"bind"} : traps).stream()
                        .map(text -> TrapParser.parse(text, NAMES))
                        .toList(),
                ranking,
                version,
                "test." + name + " " + version);
    }

    Registration add(String name, Stage stage, SyscallHandler handler) {
        return add(describe(name, stage, 0, "1.0"), handler);
    }

    Registration add(HandlerDescription description, SyscallHandler handler) {
        handlers.putIfAbsent(description.name(), NO_SETTINGS);
        return registry.add(handler, description);
    }

    SandboxChain open(String... names) {
        for (String name : names) {
            handlers.putIfAbsent(name, NO_SETTINGS);
        }
        return registry.open(new ChainSpec(
                handlers,
                required,
                reserve,
                ChainSpec.TRUSTED,
                virtualFiles,
                state,
                new Context(events),
                new Delegate()));
    }

    @Override
    public void close() {
        registry.close();
    }

    /** The terminal of the moment. */
    private final class Delegate implements Terminal {
        @Override
        public Verdict perform(Notification notification, Optional<Address> address, boolean exclusive) {
            return terminal.perform(notification, address, exclusive);
        }

        @Override
        public Verdict serve(Notification notification, Bytes content) {
            return server.apply(content);
        }

        @Override
        public Question question(Notification notification, Denial denial) {
            return question;
        }

        @Override
        public void abandon(Notification notification) {
            terminal.abandon(notification);
        }
    }

    /** Sends a bind through the chain on this thread and returns the answer, which may come from another. */
    static Verdict bind(SandboxChain chain) {
        Answer answer = new Answer();
        chain.dispatch(new Bind(ADDRESS), answer);
        return answer.await();
    }

    /** Sends a bind on a thread of its own. */
    static Answer bindLater(SandboxChain chain) {
        Answer answer = new Answer();
        Thread thread = new Thread(() -> {
            chain.dispatch(new Bind(ADDRESS), answer);
            answer.returned.countDown();
        });
        thread.setDaemon(true);
        thread.start();
        return answer;
    }

    /** Takes the one answer. */
    static final class Answer implements Reply {
        final CountDownLatch returned = new CountDownLatch(1);
        final AtomicInteger count = new AtomicInteger();
        private final CountDownLatch answered = new CountDownLatch(1);
        private volatile Verdict verdict = DONE;

        @Override
        public void answer(Notification notification, Verdict answer) {
            verdict = answer;
            count.incrementAndGet();
            answered.countDown();
        }

        Verdict await() {
            Fixture.await(answered);
            return verdict;
        }
    }

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError("nothing happened within 20 s");
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** Waits as if nothing could end it but {@code latch}. */
    static void awaitStubbornly(CountDownLatch latch) {
        for (; ; ) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                // Stubborn.
            }
        }
    }

    /** A bind(2) with an address of the test's choice. */
    record Bind(long id, long fd, Address wanted) implements Notification {

        private static final AtomicLong IDS = new AtomicLong();
        private static final int NUMBER = NAMES.number("bind").orElseThrow();

        Bind(Address wanted) {
            this(IDS.incrementAndGet(), 3, wanted);
        }

        @Override
        public int number() {
            return NUMBER;
        }

        @Override
        public String name() {
            return "bind";
        }

        @Override
        public long argument(int index) {
            return index == 0 ? fd : 4096;
        }

        @Override
        public Target target() {
            return new Caller();
        }

        @Override
        public Optional<Socket> socket() {
            return Optional.empty();
        }

        @Override
        public Optional<Address> address() {
            return Optional.of(wanted);
        }

        @Override
        public Optional<Address> canonical(Address address) {
            return Optional.of(address);
        }

        @Override
        public int unresolved(Address address) {
            return 0;
        }
    }

    private record Caller() implements Target {
        @Override
        public int tid() {
            return 42;
        }

        @Override
        public int pid() {
            return 42;
        }

        @Override
        public String command() {
            return "test";
        }
    }

    private record Context(List<Event> events) implements SandboxContext {
        @Override
        public String name() {
            return "box";
        }

        @Override
        public Rules rules() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Settings settings(String handler) {
            return NO_SETTINGS;
        }

        @Override
        public Ports ports() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void event(Event event) {
            events.add(event);
        }

        @Override
        public void tell(String message) {}
    }

    static final Settings NO_SETTINGS = new Settings() {
        @Override
        public boolean flag(String key, boolean otherwise) {
            return otherwise;
        }

        @Override
        public String text(String key, String otherwise) {
            return otherwise;
        }

        @Override
        public long number(String key, long otherwise) {
            return otherwise;
        }

        @Override
        public List<String> texts(String key) {
            return List.of();
        }

        @Override
        public Map<String, Object> values() {
            return Map.of();
        }
    };
}
