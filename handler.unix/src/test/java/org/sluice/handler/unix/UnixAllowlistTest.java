package org.sluice.handler.unix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Call;
import org.sluice.notify.Denial;
import org.sluice.notify.Rule;
import org.sluice.notify.Rules;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Socket;
import org.sluice.notify.Verdict;

class UnixAllowlistTest {

    private static final Verdict PERFORMED = Verdict.value(0);
    private static final Address SOCK = new Address.UnixPath(Bytes.utf8("/run/x.sock"));

    private final UnixAllowlist handler = new UnixAllowlist();

    /** Call, address, operations that the rules allow, and whether it is passed on. */
    static Stream<Arguments> decisions() {
        Address name = new Address.UnixAbstract(Bytes.utf8("dbus"));
        Address unnamed = new Address.UnixUnnamed();
        Set<String> nothing = Set.of();
        return Stream.of(
                Arguments.of("connect", SOCK, Set.of(Rule.CONNECT), true),
                Arguments.of("connect", SOCK, nothing, false),
                Arguments.of("connect", SOCK, Set.of(Rule.BIND), false),
                Arguments.of("bind", SOCK, Set.of(Rule.BIND), true),
                Arguments.of("bind", SOCK, nothing, false),
                Arguments.of("bind", SOCK, Set.of(Rule.CONNECT), false),
                Arguments.of("connect", name, nothing, false),
                Arguments.of("bind", name, nothing, false),
                Arguments.of("bind", name, Set.of(Rule.BIND), true),
                Arguments.of("bind", unnamed, nothing, false),
                Arguments.of("bind", unnamed, Set.of(Rule.BIND), true));
    }

    /** Reason and remedy are the rules' own, so that a remedy stands there only where it helps. */
    @ParameterizedTest
    @MethodSource("decisions")
    void asksTheRules(String syscall, Address address, Set<String> allowed, boolean passed) {
        Verdict verdict = handle(call(syscall, 1, address, Optional.of(address), 0, new Fixed(allowed, "--flag")));
        if (passed) {
            assertSame(PERFORMED, verdict);
        } else {
            assertEquals(
                    Optional.of(new Denial("net/" + syscall, address.toString(), "why", "--flag")), verdict.denial());
            assertEquals(13, verdict.errno());
        }
    }

    @Test
    void whatTheAdministratorDeniedHasNoRemedy() {
        Verdict verdict = handle(call("bind", 1, SOCK, Optional.of(SOCK), 0, new Fixed(Set.of(Rule.CONNECT), "")));
        assertEquals("", verdict.denial().orElseThrow().remedy());
    }

    @Test
    void judgesTheCanonicalName() {
        Address spelled = new Address.UnixPath(Bytes.utf8("../x.sock"));
        Verdict verdict = handle(call("connect", 1, spelled, Optional.of(SOCK), 0, new Fixed(Set.of(), "")));
        assertEquals("/run/x.sock", verdict.denial().orElseThrow().target());
    }

    @ParameterizedTest
    @CsvSource({"connect,2", "bind,2", "connect,20", "bind,20", "connect,40", "bind,36", "connect,13", "bind,22"})
    void nothingThereIsTheKernelsErrno(String syscall, int errno) {
        Verdict verdict = handle(call(syscall, 1, SOCK, Optional.empty(), errno, new Fixed(Set.of(), "")));
        assertEquals(errno, verdict.errno());
        assertEquals(Optional.empty(), verdict.denial());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 24, 38})
    void whatTheSupervisorCannotFollowIsDenied(int errno) {
        Set<String> everything = Set.of(Rule.CONNECT, Rule.BIND);
        Verdict verdict = handle(call("connect", 1, SOCK, Optional.empty(), errno, new Fixed(everything, "")));
        assertEquals(Optional.of(new Denial("net/connect", "/run/x.sock", "cannot be resolved", "")), verdict.denial());
    }

    /** None of these is judged here: the rules would refuse. */
    @Test
    void passesWhatIsNoUnixSocket() {
        Rules refuse = new Fixed(Set.of(), "");
        Address inet = new Address.Inet(Bytes.of(new byte[] {127, 0, 0, 1}), 80);
        Address disconnect = new Address.Other(0, Bytes.of(new byte[14]));
        assertSame(PERFORMED, handle(call("connect", 2, inet, Optional.of(inet), 0, refuse)));
        assertSame(PERFORMED, handle(call("connect", 1, disconnect, Optional.of(disconnect), 0, refuse)));
        assertSame(PERFORMED, handle(call("connect", 2, SOCK, Optional.of(SOCK), 0, refuse)));
    }

    private Verdict handle(Call call) {
        return handler.handle(call, passed -> {
            assertSame(call, passed);
            return PERFORMED;
        });
    }

    private static Call call(
            String name, int domain, Address address, Optional<Address> canonical, int unresolved, Rules rules) {
        Map<String, Object> answers = Map.of(
                "name",
                name,
                "address",
                Optional.of(address),
                "canonical",
                canonical,
                "unresolved",
                unresolved,
                "socket",
                Optional.of(fake(Socket.class, Map.of("domain", domain))),
                "sandbox",
                fake(SandboxContext.class, Map.of("rules", rules)));
        return fake(Call.class, answers);
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

    /** Rules that allow some operations on everything. */
    private record Fixed(Set<String> allowed, String remedy) implements Rules {
        @Override
        public Decision decide(String operation, Address address) {
            return new Decision(allowed.contains(operation), false, "why", remedy);
        }

        @Override
        public void learn(Rule rule, Socket owner) {
            throw new UnsupportedOperationException();
        }
    }
}
