package org.sluice.handler.bind;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sluice.notify.Address;
import org.sluice.notify.Call;
import org.sluice.notify.Event;
import org.sluice.notify.Ports;
import org.sluice.notify.Rule;
import org.sluice.notify.Rules;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Settings;
import org.sluice.notify.Socket;
import org.sluice.notify.Target;

/** A sandbox that writes down what a handler does to it. A method that no test expects throws. */
final class Fakes {

    final List<String> learned = new ArrayList<>();
    final List<Event> events = new ArrayList<>();
    final Set<String> foreign = new HashSet<>();
    boolean elsewhere;
    boolean safe = true;
    boolean rulesFail;
    boolean inner;

    private final Ports ports = new Ports() {
        @Override
        public boolean covers(Socket like) {
            return !elsewhere;
        }

        @Override
        public boolean isLocal(Socket like, Address.Inet address) {
            return covers(like) && !foreign.contains(address.toString());
        }

        @Override
        public Socket listed(Socket bound) {
            return inner ? fake(Socket.class, Map.of("cookie", 78L)) : bound;
        }

        @Override
        public List<Holder> holders(Socket like, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<Long> alive(Socket like, Collection<Long> cookies) {
            throw new UnsupportedOperationException();
        }
    };

    Call bind(boolean v6Only) {
        return call("bind", v6Only, Optional.empty());
    }

    /** listen(2); of a socket that is not bound if it has an address. */
    Call listen(Optional<Address> address) {
        return call("listen", false, address);
    }

    private Call call(String name, boolean v6Only, Optional<Address> address) {
        Socket socket = fake(Socket.class, Map.of("cookie", 77L, "v6Only", v6Only));
        return fake(
                Call.class,
                Map.of(
                        "name",
                        name,
                        "address",
                        address,
                        "socket",
                        Optional.of(socket),
                        "target",
                        fake(Target.class, Map.of("pid", 4711)),
                        "sandbox",
                        new Sandbox()));
    }

    private static <T> T fake(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            Object answer = answers.get(method.getName());
            if (answer == null) {
                throw new UnsupportedOperationException(method.getName());
            }
            return answer;
        }));
    }

    private final class Sandbox implements SandboxContext, Rules {
        @Override
        public String name() {
            return "box";
        }

        @Override
        public Rules rules() {
            return this;
        }

        @Override
        public Settings settings(String handler) {
            return new FlagSettings(safe);
        }

        @Override
        public Ports ports() {
            return ports;
        }

        @Override
        public void event(Event event) {
            events.add(event);
        }

        @Override
        public void tell(String message) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Decision decide(String operation, Address address) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void learn(Rule rule, Socket owner) {
            if (rulesFail) {
                throw new IllegalStateException("no room");
            }
            learned.add(rule + " for " + owner.cookie());
        }
    }

    private record FlagSettings(boolean safe) implements Settings {
        @Override
        public boolean flag(String key, boolean otherwise) {
            return key.equals("safe") ? safe : otherwise;
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
            return Map.of("safe", safe);
        }
    }
}
