package org.sluice.handler.portmap;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.Address;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Event;
import org.sluice.notify.Ports;
import org.sluice.notify.Rules;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Settings;
import org.sluice.notify.Socket;
import org.sluice.notify.State;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Target;
import org.sluice.notify.Verdict;

/** A sandbox over a {@link Kernel}, with the end of the chain and everything that a handler may touch. */
final class Box implements SandboxContext, State, Settings {

    private final Kernel kernel;
    final List<String> told = Collections.synchronizedList(new ArrayList<>());
    final Map<String, Object> values = new ConcurrentHashMap<>();
    volatile boolean full;

    /** The key for which there is no room. */
    volatile String fullOf = "";

    /** The inodes of its sockets. */
    final Set<Long> sockets = ConcurrentHashMap.newKeySet();

    final Map<String, Object> settings = new ConcurrentHashMap<>();
    private SyscallHandler handler = new PortMapping();

    Box(Kernel kernel) {
        this.kernel = kernel;
    }

    /** A new version of the handler takes over. */
    void swap() {
        handler = new PortMapping();
    }

    Verdict call(String name, Socket sock, Optional<Address> address) {
        return call(handler, name, sock, address, this::perform);
    }

    Verdict call(SyscallHandler active, String name, Socket sock, Optional<Address> address, Chain chain) {
        return active.handle(new FakeCall(this, name, sock, address, false), new OnceChain(chain));
    }

    /** What the core does at the end of the chain. */
    Verdict perform(Call call) {
        FakeCall fake = (FakeCall) call;
        return kernel.perform(fake.name, fake.sock, fake.address, fake.only);
    }

    /** A second proceed after a success is refused, as in the core. */
    private static final class OnceChain implements Chain {
        private final Chain chain;
        private boolean succeeded;

        OnceChain(Chain chain) {
            this.chain = chain;
        }

        @Override
        public Verdict proceed(Call call) {
            if (succeeded) {
                throw new IllegalStateException("proceeded after a success");
            }
            Verdict verdict = chain.proceed(call);
            succeeded = verdict.succeeded();
            return verdict;
        }
    }

    private record FakeCall(Box box, String name, Socket sock, Optional<Address> address, boolean only)
            implements Call {
        @Override
        public Optional<Socket> socket() {
            return Optional.of(sock);
        }

        @Override
        public SandboxContext sandbox() {
            return box;
        }

        @Override
        public State state() {
            return box;
        }

        @Override
        public Call withAddress(Address other) {
            return new FakeCall(box, name, sock, Optional.of(other), only);
        }

        @Override
        public Call exclusive() {
            return new FakeCall(box, name, sock, address, true);
        }

        @Override
        public long id() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int number() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long argument(int index) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long argument(String argument) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Target target() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Address> canonical() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int unresolved() {
            throw new UnsupportedOperationException();
        }
    }

    @Override
    public String name() {
        return "box";
    }

    @Override
    public Rules rules() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Settings settings(String name) {
        if (!name.equals("portmap")) {
            throw new IllegalArgumentException(name);
        }
        return this;
    }

    @Override
    public Ports ports() {
        return kernel;
    }

    @Override
    public Set<Long> sockets() {
        return sockets;
    }

    @Override
    public void event(Event event) {
        told.add(event.operation() + " " + new TreeMap<>(event.fields()));
    }

    @Override
    public void tell(String message) {
        told.add(message);
    }

    @Override
    public <T> Optional<T> get(String key, Class<T> type) {
        return Optional.ofNullable(type.cast(values.get(key)));
    }

    /** Runs every change twice, as a state under contention does. */
    @Override
    public @Nullable Object update(String key, Function<@Nullable Object, @Nullable Object> change) {
        if (full || key.equals(fullOf)) {
            throw new IllegalStateException("no room");
        }
        return values.compute(key, (k, old) -> {
            Object first = change.apply(old);
            Object next = change.apply(old);
            if (!Objects.equals(first, next)) {
                throw new AssertionError("a change gave " + first + ", then " + next);
            }
            return next instanceof Map<?, ?> map && next != old ? Map.copyOf(map) : next;
        });
    }

    @Override
    public Map<String, Object> snapshot() {
        return Map.copyOf(values);
    }

    @Override
    public boolean flag(String key, boolean otherwise) {
        return (Boolean) settings.getOrDefault(key, otherwise);
    }

    @Override
    public String datagram() {
        return (String) settings.getOrDefault("datagram", "rules");
    }

    @Override
    public String text(String key, String otherwise) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long number(String key, long otherwise) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> texts(String key) {
        return ((List<?>) settings.getOrDefault(key, List.of()))
                .stream().map(String.class::cast).toList();
    }

    @Override
    public Map<String, Object> values() {
        return Map.copyOf(settings);
    }
}
