package org.sluice.handler.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.notify.Address;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Bytes;
import org.sluice.notify.Call;
import org.sluice.notify.Rules;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Socket;
import org.sluice.notify.State;
import org.sluice.notify.Verdict;

/** Binds to the wildcard address where the rules grant loopback alone. */
class LoopbackOnlyTest {

    private static final int EPERM = 1;
    private static final int STREAM = 1;
    private static final int DATAGRAM = 2;

    private final NetworkRules handler = new NetworkRules();
    private final List<String> done = new ArrayList<>();
    private final Map<String, Object> state = new HashMap<>();
    private final Verdict outcome = Verdict.value(0);

    @Test
    void theSocketIsKeptToLoopbackBeforeItIsBound() {
        assertSame(outcome, bind(any(4, 80), socket(2, STREAM, false, 0), new Granting("loopback", false)));
        assertEquals(
                List.of(
                        "confined",
                        "event loopback-only",
                        "port 80 is kept to loopback (--profile server, or --allow-bind 'any!80', opens it to the network)",
                        "performed"),
                done);
    }

    @Test
    void aPersonIsToldOnceAndNotOfPortsThatTheKernelPicks() {
        Socket socket = socket(2, STREAM, false, 0);
        bind(any(4, 0), socket, new Granting("loopback", false));
        assertEquals(List.of("confined", "performed"), done);
        bind(any(4, 80), socket, new Granting("loopback", false));
        bind(any(4, 81), socket, new Granting("loopback", false));
        assertEquals(1, done.stream().filter(line -> line.startsWith("port")).count());
    }

    @Test
    void aDatagramSocketWithoutAPortIsAsOneThatSendsWithoutABind() {
        bind(any(4, 0), socket(2, DATAGRAM, false, 0), new Granting("loopback", false));
        assertEquals(List.of("performed"), done);
        bind(any(4, 53), socket(2, DATAGRAM, false, 0), new Granting("loopback", false));
        assertEquals(List.of("performed", "confined"), done.subList(0, 2));
    }

    @ParameterizedTest
    @CsvSource({
        "loopback, true, 0, 4, 2", // a rule denies it
        "nothing, false, 0, 4, 2", // loopback is not granted either
        "loopback, false, 1, 4, 2", // the kernel cannot
        "127.0.0.1, false, 0, 16, 10", // only one of the two families of a dual-stack socket is granted
        "::1, false, 0, 16, 10",
    })
    void whatCannotBeKeptToLoopbackIsDenied(String granted, boolean explicit, int errno, int length, int domain) {
        Verdict verdict = bind(any(length, 80), socket(domain, STREAM, false, errno), new Granting(granted, explicit));
        assertEquals("no grant", verdict.denial().orElseThrow().reason());
        assertEquals(0, done.stream().filter("performed"::equals).count());
    }

    @Test
    void aSocketOfIpv6AloneNeedsOnlyThat() {
        assertSame(outcome, bind(any(16, 80), socket(10, STREAM, true, 0), new Granting("::1", false)));
        assertSame(outcome, bind(any(16, 80), socket(10, STREAM, false, 0), new Granting("loopback", false)));
    }

    @Test
    void anotherAddressIsDeniedAsBefore() {
        Inet other = new Inet(Bytes.of(new byte[] {(byte) 192, 0, 2, 1}), 80);
        Verdict verdict = bind(other, socket(2, STREAM, false, 0), new Granting("loopback", false));
        assertEquals("192.0.2.1!80", verdict.denial().orElseThrow().target());
        assertEquals(List.of(), done);
    }

    private static Inet any(int length, int port) {
        return new Inet(Bytes.of(new byte[length]), port);
    }

    private Verdict bind(Inet address, Socket socket, Rules rules) {
        SandboxContext sandbox = fake(SandboxContext.class, (name, arguments) -> switch (name) {
            case "rules" -> rules;
            case "tell" -> done.add((String) arguments[0]);
            case "event" -> done.add("event " + ((org.sluice.notify.Event) arguments[0]).operation());
            default -> throw new UnsupportedOperationException(name);
        });
        State kept = new State() {
            @Override
            public <T> Optional<T> get(String key, Class<T> type) {
                return Optional.ofNullable(state.get(key)).map(type::cast);
            }

            @Override
            public @Nullable Object update(String key, Function<@Nullable Object, @Nullable Object> change) {
                Object next = Objects.requireNonNull(change.apply(state.get(key)));
                state.put(key, next);
                return next;
            }

            @Override
            public Map<String, Object> snapshot() {
                return state;
            }
        };
        Map<String, Object> answers = Map.of(
                "name",
                "bind",
                "address",
                Optional.of(address),
                "canonical",
                Optional.of(address),
                "socket",
                Optional.of(socket),
                "sandbox",
                sandbox,
                "state",
                kept);
        Call call = fake(Call.class, (name, arguments) -> Objects.requireNonNull(answers.get(name), name));
        return handler.handle(call, passed -> {
            done.add("performed");
            return outcome;
        });
    }

    private Socket socket(int domain, int type, boolean v6Only, int errno) {
        return fake(Socket.class, (name, arguments) -> switch (name) {
            case "domain" -> domain;
            case "type" -> type;
            case "v6Only" -> v6Only;
            case "confineToLoopback" -> {
                if (errno == 0) {
                    done.add("confined");
                }
                yield errno == 0 ? 0 : EPERM;
            }
            default -> throw new UnsupportedOperationException(name);
        });
    }

    /** Answers a call of an interface. */
    private interface Answers {
        Object to(String method, Object[] arguments);
    }

    private static <T> T fake(Class<T> type, Answers answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) ->
                        answers.to(method.getName(), arguments == null ? new Object[0] : arguments)));
    }

    /** Rules that grant one address, all of loopback, or nothing. */
    private record Granting(String granted, boolean explicit) implements Rules {
        @Override
        public Decision decide(String operation, Address address) {
            Inet inet = (Inet) address;
            boolean allowed = granted.equals("loopback")
                    ? inet.isLoopback()
                    : address.toString().equals(granted + "!80");
            return new Decision(allowed, explicit && !allowed, allowed ? "granted" : "no grant", "--flag");
        }

        @Override
        public void learn(org.sluice.notify.Rule rule, Socket owner) {
            throw new UnsupportedOperationException();
        }
    }
}
