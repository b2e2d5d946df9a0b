package org.sluice.handler.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.notify.Address;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Bytes;
import org.sluice.notify.Call;
import org.sluice.notify.Denial;
import org.sluice.notify.Rule;
import org.sluice.notify.Rules;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Settings;
import org.sluice.notify.Socket;
import org.sluice.notify.Verdict;

class NetworkRulesTest {

    private static final Verdict PERFORMED = Verdict.value(0);
    private static final Inet LOOPBACK = new Inet(Bytes.of(new byte[] {127, 0, 0, 1}), 80);
    private static final Inet MAPPED =
            new Inet(Bytes.of(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 127, 0, 0, 1}), 80);
    private static final Address UNSPEC = new Address.Other(0, Bytes.of(new byte[] {0, 80, 0, 0, 0, 0}));

    private final NetworkRules handler = new NetworkRules();

    /** Call, domain of the socket, address; the denial's target, or nothing if it is not judged here. */
    static Stream<Arguments> judged() {
        return Stream.of(
                Arguments.of("connect", 2, LOOPBACK, "127.0.0.1!80"),
                Arguments.of("bind", 2, LOOPBACK, "127.0.0.1!80"),
                Arguments.of("connect", 10, MAPPED, "127.0.0.1!80"),
                Arguments.of("bind", 2, UNSPEC, "0.0.0.0!80"),
                Arguments.of("bind", 10, UNSPEC, ""),
                Arguments.of("connect", 2, UNSPEC, ""),
                Arguments.of("connect", 1, new Address.UnixPath(Bytes.utf8("/run/x")), ""));
    }

    @ParameterizedTest
    @MethodSource("judged")
    void deniesWhatTheRulesDeny(String syscall, int domain, Address address, String target) {
        Verdict verdict = handle(call(syscall, domain, address, false));
        if (target.isEmpty()) {
            assertSame(PERFORMED, verdict);
        } else {
            assertEquals(
                    Optional.of(new Denial("net/" + syscall, target, "no rule allows it", "--flag")), verdict.denial());
        }
    }

    @ParameterizedTest
    @MethodSource("judged")
    void passesWhatTheRulesAllow(String syscall, int domain, Address address) {
        assertSame(PERFORMED, handle(call(syscall, domain, address, true)));
    }

    @Test
    void theModeSaysWhatIsTrapped() {
        List<String> traps = List.of("bind", "connect");
        assertEquals(traps, handler.traps(mode("rules"), traps));
        assertEquals(traps, handler.traps(mode("proxy"), traps));
        assertEquals(List.of(), handler.traps(mode("unix-only"), traps));
        Exception refusal = assertThrows(IllegalArgumentException.class, () -> handler.traps(mode("all"), traps));
        assertEquals("connect.mode: 'all' is not a mode; write rules, proxy or unix-only", refusal.getMessage());
    }

    private Verdict handle(Call call) {
        return handler.handle(call, passed -> {
            assertSame(call, passed);
            return PERFORMED;
        });
    }

    private static Settings mode(String mode) {
        return fake(Settings.class, Map.of("text", mode));
    }

    private static Call call(String name, int domain, Address address, boolean allowed) {
        return fake(
                Call.class,
                Map.of(
                        "name", name,
                        "address", Optional.of(address),
                        "canonical", Optional.of(address),
                        "socket", Optional.of(fake(Socket.class, Map.of("domain", domain))),
                        "sandbox", fake(SandboxContext.class, Map.of("rules", new Fixed(allowed)))));
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

    /** Rules that allow everything or nothing, and know canonical operations alone. */
    private record Fixed(boolean allowed) implements Rules {
        @Override
        public Decision decide(String operation, Address address) {
            if (!operation.equals(Rule.CONNECT) && !operation.equals(Rule.BIND)) {
                throw new IllegalArgumentException(operation);
            }
            return new Decision(allowed, false, "no rule allows it", "--flag");
        }

        @Override
        public void learn(Rule rule, Socket owner) {
            throw new UnsupportedOperationException();
        }
    }
}
