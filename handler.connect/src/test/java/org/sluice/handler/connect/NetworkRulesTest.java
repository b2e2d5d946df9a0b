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
import org.junit.jupiter.params.provider.CsvSource;
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
import org.sluice.notify.Traps;
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
                Arguments.of("listen", 2, LOOPBACK, "127.0.0.1!80"),
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
                    Optional.of(new Denial(
                            syscall.equals("connect") ? Rule.CONNECT : Rule.BIND,
                            target,
                            "no rule allows it",
                            "--flag")),
                    verdict.denial());
        }
    }

    @ParameterizedTest
    @MethodSource("judged")
    void passesWhatTheRulesAllow(String syscall, int domain, Address address) {
        assertSame(PERFORMED, handle(call(syscall, domain, address, true)));
    }

    @Test
    void theModeSaysWhatIsTrapped() {
        List<String> traps =
                List.of(NetworkRules.class.getAnnotation(Traps.class).value());
        List<String> sendto = List.of("bind", "connect", "listen", "sendto(addr!=0)", "sendto(flags&MSG_FASTOPEN)");
        assertEquals(with(sendto, "sendmsg", "sendmmsg"), handler.traps(mode("rules", "rules"), traps));
        assertEquals(with(sendto, "sendmsg", "sendmmsg"), handler.traps(mode("proxy", "rules"), traps));
        List<String> seldom = with(sendto, "sendmsg(flags&MSG_FASTOPEN)", "sendmmsg(flags&MSG_FASTOPEN)");
        assertEquals(seldom, handler.traps(mode("rules", "any"), traps));
        List<String> sockets = List.of(NetworkRules.DATAGRAM_SOCKET, NetworkRules.DATAGRAM_PAIR);
        assertEquals(with(sockets, seldom.toArray(new String[0])), handler.traps(mode("rules", "deny"), traps));
        assertEquals(List.of(), handler.traps(mode("unix-only", "rules"), traps));
        assertEquals(sockets, handler.traps(mode("unix-only", "deny"), traps));
        Exception refusal =
                assertThrows(IllegalArgumentException.class, () -> handler.traps(mode("all", "any"), traps));
        assertEquals("connect.mode: 'all' is not a mode; write rules, proxy or unix-only", refusal.getMessage());
    }

    private Verdict handle(Call call) {
        return handler.handle(call, passed -> {
            assertSame(call, passed);
            return PERFORMED;
        });
    }

    private static List<String> with(List<String> first, String... more) {
        return Stream.concat(first.stream(), Stream.of(more)).toList();
    }

    private static Settings mode(String mode, String datagram) {
        return fake(Settings.class, Map.of("text", mode, "datagram", datagram));
    }

    @ParameterizedTest
    @CsvSource({"sendto,2,net/send", "sendmsg,2,net/send", "sendmmsg,3,net/send", "sendto,1,net/connect"})
    void aSendOnAStreamIsAConnect(String syscall, int type, String operation) {
        Socket socket = fake(Socket.class, Map.of("domain", 2, "type", type));
        Verdict verdict = handle(call(syscall, socket, LOOPBACK, false));
        assertEquals(operation, verdict.denial().orElseThrow().operation());
        assertSame(PERFORMED, handle(call(syscall, socket, LOOPBACK, true)));
    }

    @Test
    void aDatagramSocketThatIsTrappedIsDenied() {
        Socket none = fake(Socket.class, Map.of());
        for (String syscall : List.of("socket", "socketpair")) {
            Denial denial = handle(call(syscall, none, LOOPBACK, true)).denial().orElseThrow();
            assertEquals("net/socket", denial.operation());
            assertEquals("--datagram rules", denial.remedy());
        }
    }

    private static Call call(String name, int domain, Address address, boolean allowed) {
        return call(name, fake(Socket.class, Map.of("domain", domain)), address, allowed);
    }

    private static Call call(String name, Socket socket, Address address, boolean allowed) {
        return fake(
                Call.class,
                Map.of(
                        "name", name,
                        "address", Optional.of(address),
                        "canonical", Optional.of(address),
                        "socket", Optional.of(socket),
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
            if (!List.of(Rule.CONNECT, Rule.BIND, Rule.SEND).contains(operation)) {
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
