package org.sluice.handler.bind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Event;
import org.sluice.notify.Verdict;

class SafeBindTest {

    private final Fakes box = new Fakes();
    private final SafeBind handler = new SafeBind();

    /** What the kernel gave, whether IPv6 only, and the patterns that are learned. */
    static Stream<Arguments> learned() {
        Bytes mapped = Bytes.of(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 127, 0, 0, 9});
        Bytes mappedAny = Bytes.of(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 0, 0, 0, 0});
        return Stream.of(
                Arguments.of(inet("192.0.2.1", 80), false, List.of("192.0.2.1/32!80")),
                Arguments.of(inet("127.0.0.1", 6379), false, List.of("127.0.0.1/32!6379")),
                Arguments.of(inet("2001:db8::1", 443), false, List.of("2001:db8::1/128!443")),
                Arguments.of(inet("0.0.0.0", 8080), false, List.of("0.0.0.0/32!8080", "127.0.0.1/32!8080")),
                Arguments.of(inet("::", 8080), true, List.of("::/128!8080", "::1/128!8080")),
                Arguments.of(
                        inet("::", 8080),
                        false,
                        List.of("::/128!8080", "0.0.0.0/32!8080", "127.0.0.1/32!8080", "::1/128!8080")),
                Arguments.of(new Address.Inet(mapped, 80), false, List.of("127.0.0.9/32!80")),
                Arguments.of(new Address.Inet(mappedAny, 80), false, List.of("0.0.0.0/32!80", "127.0.0.1/32!80")),
                Arguments.of(inet("127.0.0.1", 0), false, List.of()),
                Arguments.of(new Address.UnixPath(Bytes.utf8("/run/x.sock")), false, List.of("/run/x.sock")),
                Arguments.of(new Address.UnixPath(Bytes.utf8("/run/*[1]")), false, List.of("/run/[*][[]1]")),
                Arguments.of(new Address.UnixAbstract(Bytes.utf8("a\0b")), false, List.of("@a\\x00b")),
                Arguments.of(new Address.UnixAbstract(Bytes.utf8("0002f")), false, List.of("@0002f")),
                Arguments.of(new Address.UnixUnnamed(), false, List.of("!unnamed")),
                Arguments.of(new Address.Other(16, Bytes.of(new byte[10])), false, List.of()));
    }

    @ParameterizedTest
    @MethodSource("learned")
    void learnsWhatTheTargetSees(Address given, boolean v6Only, List<String> patterns) {
        Verdict verdict = Verdict.value(0).withAddress(given);
        assertSame(verdict, handler.handle(box.bind(v6Only), call -> verdict));
        List<String> rules = new ArrayList<>();
        List<Event> events = new ArrayList<>();
        for (String pattern : patterns) {
            rules.add("allow net/connect " + pattern + " for 77");
            events.add(new Event("safe-bind", Map.of("rule", "allow net/connect " + pattern, "socket", "77")));
        }
        assertEquals(rules, box.learned);
        assertEquals(events, box.events);
    }

    @Test
    void aFailedBindTeachesNothing() {
        Verdict failure = Verdict.failure(98).withAddress(inet("127.0.0.1", 80));
        assertSame(failure, handler.handle(box.bind(false), call -> failure));
        assertEquals(List.of(), box.learned);
        assertEquals(List.of(), box.events);
    }

    @Test
    void listenTeachesWhereItBinds() {
        Verdict bound = Verdict.value(0).withAddress(inet("0.0.0.0", 4711));
        assertSame(bound, handler.handle(box.listen(Optional.of(inet("0.0.0.0", 0))), call -> bound));
        assertEquals(
                List.of("allow net/connect 0.0.0.0/32!4711 for 77", "allow net/connect 127.0.0.1/32!4711 for 77"),
                box.learned);
        box.learned.clear();
        Verdict done = Verdict.value(0);
        assertSame(done, handler.handle(box.listen(Optional.empty()), call -> done));
        assertEquals(List.of(), box.learned);
    }

    @Test
    void theSwitchTurnsLearningOff() {
        box.safe = false;
        Verdict verdict = Verdict.value(0).withAddress(inet("127.0.0.1", 80));
        assertSame(verdict, handler.handle(box.bind(false), call -> verdict));
        assertEquals(List.of(), box.learned);
    }

    @Test
    void theBindSucceedsAlthoughLearningFails() {
        box.rulesFail = true;
        Verdict verdict = Verdict.value(0).withAddress(inet("127.0.0.1", 80));
        assertSame(verdict, handler.handle(box.bind(false), call -> verdict));
        Verdict withoutAddress = Verdict.value(0);
        assertSame(withoutAddress, handler.handle(box.bind(false), call -> withoutAddress));
        assertEquals(List.of(), box.events);
    }

    /** IP_FREEBIND, IP_TRANSPARENT; multicast and broadcast addresses. */
    @Test
    void anAddressThatIsNotOnThisMachineIsNotLearned() {
        box.foreign.add("192.0.2.99!80");
        Verdict verdict = Verdict.value(0).withAddress(inet("192.0.2.99", 80));
        assertSame(verdict, handler.handle(box.bind(false), call -> verdict));
        assertEquals(List.of(), box.learned);
        assertEquals(List.of(), box.events);
    }

    @Test
    void anAddressInAnotherNamespaceIsNotLearned() {
        box.elsewhere = true;
        for (String address : List.of("127.0.0.1", "0.0.0.0", "::", "192.0.2.1")) {
            Verdict verdict = Verdict.value(0).withAddress(inet(address, 80));
            assertSame(verdict, handler.handle(box.bind(false), call -> verdict));
        }
        assertEquals(List.of(), box.learned);
        Verdict unix = Verdict.value(0).withAddress(new Address.UnixPath(Bytes.utf8("/run/x.sock")));
        assertSame(unix, handler.handle(box.bind(false), call -> unix));
        assertEquals(List.of("allow net/connect /run/x.sock for 77"), box.learned);
    }

    /** For MPTCP the kernel's table has the socket inside. */
    @Test
    void theRuleGoesWithTheSocketThatTheKernelLists() {
        box.inner = true;
        Verdict verdict = Verdict.value(0).withAddress(inet("127.0.0.1", 80));
        assertSame(verdict, handler.handle(box.bind(false), call -> verdict));
        assertEquals(List.of("allow net/connect 127.0.0.1/32!80 for 78"), box.learned);
    }

    private static Address.Inet inet(String ip, int port) {
        try {
            return new Address.Inet(Bytes.of(InetAddress.getByName(ip).getAddress()), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(ip, e);
        }
    }
}
