package org.sluice.testkit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.sluice.core.state.StateStore;
import org.sluice.notify.Address;
import org.sluice.notify.Event;
import org.sluice.notify.Ports;
import org.sluice.notify.Rule;
import org.sluice.notify.Rules;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Settings;
import org.sluice.notify.Socket;
import org.sluice.notify.State;
import org.sluice.notify.SyscallHandler;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileBuilder;

/**
 * A sandbox that no process is in: settings, rules that allow everything until {@link #deny} says otherwise, state kept by
 * the core's own store, and what handlers recorded. No port is in use. Thread-safe, as handlers expect.
 */
public final class FakeSandbox implements SandboxContext {

    private final String name;
    private final Map<String, Settings> settings = new ConcurrentHashMap<>();
    private final Map<String, String> denied = new ConcurrentHashMap<>();
    private final List<Rule> learned = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final StateStore states = new StateStore();

    /** A sandbox named {@code test}. */
    public FakeSandbox() {
        this("test");
    }

    /** A sandbox with a name. */
    public FakeSandbox(String name) {
        this.name = name;
    }

    /** Sets a handler's section of the profile, in the types of {@link Settings#values}. */
    public FakeSandbox settings(String handler, Map<String, Object> values) {
        settings.put(handler, section(handler, values));
        return this;
    }

    private static Settings section(String handler, Map<String, Object> values) {
        Profile profile = new ProfileBuilder("test").handler(handler, values).build();
        return profile.settings(handler);
    }

    /**
     * From now on the rules deny an operation on an address, with the reason given.
     *
     * @param operation such as {@link Rule#CONNECT}
     */
    public FakeSandbox deny(String operation, Address address, String reason) {
        denied.put(operation + " " + address, reason);
        return this;
    }

    /** The rules that handlers had it learn, in their order. */
    public List<Rule> learned() {
        return copy(learned);
    }

    /** What handlers recorded, in its order. */
    public List<Event> events() {
        return copy(events);
    }

    /** What handlers told the person who runs the sandbox, in its order. */
    public List<String> told() {
        return copy(told);
    }

    /** What a handler keeps. */
    public Map<String, Object> state(String handler) {
        return states.look(handler);
    }

    /** A handler's state, brought to its schema as the core does it. */
    State open(SyscallHandler handler, Described described) {
        String of = described.name();
        int schema = described.handler().schema();
        if (states.needsMigration(of, schema)) {
            states.migrate(of, schema, handler::migrate);
        }
        return states.open(of, schema);
    }

    private static <T> List<T> copy(List<T> list) {
        synchronized (list) {
            return List.copyOf(list);
        }
    }

    private static <T> void add(List<T> list, T element) {
        synchronized (list) {
            list.add(element);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Settings settings(String handler) {
        return settings.computeIfAbsent(handler, absent -> section(absent, new HashMap<>()));
    }

    @Override
    public Rules rules() {
        return new FakeRules();
    }

    @Override
    public Ports ports() {
        return FreePorts.ALL;
    }

    @Override
    public void event(Event event) {
        add(events, event);
    }

    @Override
    public void tell(String message) {
        add(told, message);
    }

    private final class FakeRules implements Rules {

        @Override
        public Decision decide(String operation, Address address) {
            String reason = denied.get(operation + " " + address);
            return reason == null
                    ? new Decision(true, false, "nothing denies it", "")
                    : new Decision(false, true, reason, "");
        }

        @Override
        public void learn(Rule rule, Socket owner) {
            add(learned, rule);
        }
    }

    /** A table with nothing in it. */
    private enum FreePorts implements Ports {
        ALL;

        @Override
        public List<Holder> holders(Socket like, int port) {
            return List.of();
        }

        @Override
        public Set<Long> alive(Socket like, Collection<Long> cookies) {
            return Set.copyOf(cookies);
        }
    }
}
