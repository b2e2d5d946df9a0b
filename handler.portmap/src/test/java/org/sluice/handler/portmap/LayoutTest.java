package org.sluice.handler.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sluice.handler.portmap.FakeKernel.Sock;
import org.sluice.notify.Address;
import org.sluice.notify.Verdict;

/** What is kept, and what becomes of it when another version of the handler takes over. */
class LayoutTest {

    private static final Optional<Address> ADDRESS = Optional.of(Script.inet("127.0.0.1!80"));

    private final FakeKernel kernel = new FakeKernel();
    private final Box box = new Box(kernel);

    @Test
    void aPortIsKeptApart() {
        assertEquals(0, kernel.bind(kernel.socket(2, 1, 6), Script.inet("127.0.0.1!80"), false));
        box.call("bind", kernel.socket(2, 1, 6), ADDRESS);
        box.call("bind", kernel.socket(2, 2, 17), ADDRESS);
        assertEquals(
                Map.of(
                        "tcp 80", "102 102 1 6 7f000001 46 80 40001 open",
                        "udp 80", "103 103 1 17 7f000001 46 80 80 open",
                        "remapped", "102 102 1 6 7f000001 46 80 40001 open",
                        "ports", Map.of("80", 40001)),
                box.values);
    }

    /** As the first version of the handler kept it. */
    @Test
    void theFirstLayoutIsTakenOver() {
        String taken = "7 1 6 00000000 46 8080 41233 open";
        String shared = "8 1 6 00000000 46 8080 41233 open";
        String plain = "9 1 17 7f000001 46 53 53 open";
        String closed = "10 1 6 00000000 46 81 40001 closed";
        Map<String, Object> old = Map.of(
                "sockets", Map.of("7", taken, "8", shared, "9", plain, "10", closed), "ports", Map.of("8080", 41233));
        Map<String, Object> next = new PortMapping().migrate(1, old);
        assertEquals(Set.of("tcp 8080", "udp 53", "tcp 81", "remapped", "ports"), next.keySet());
        assertEquals(Set.of("7 " + taken, "8 " + shared), lines(next, "tcp 8080"));
        assertEquals(Set.of("9 " + plain), lines(next, "udp 53"));
        assertEquals(Set.of("10 " + closed), lines(next, "tcp 81"));
        assertEquals(Set.of("7 " + taken, "8 " + shared, "10 " + closed), lines(next, "remapped"));
        assertEquals(Map.of("8080", 41233), next.get("ports"));
    }

    private static Set<String> lines(Map<String, Object> state, String key) {
        return Set.of(((String) state.getOrDefault(key, "")).split("\n", -1));
    }

    @Test
    void aPortOfTheFirstLayoutIsKnown() {
        Sock outside = kernel.socket(2, 1, 6);
        assertEquals(0, kernel.bind(outside, Script.inet("127.0.0.1!80"), false));
        Sock server = kernel.socket(2, 1, 6);
        assertEquals(0, kernel.bind(server, Script.inet("127.0.0.1!4000"), false));
        Sock other = kernel.socket(2, 1, 6);
        assertEquals(0, kernel.bind(other, Script.inet("127.0.0.1!81"), false));
        box.values.putAll(new PortMapping()
                .migrate(
                        1,
                        Map.of(
                                "sockets",
                                Map.of(
                                        "" + server.cookie(), server.cookie() + " 1 6 7f000001 46 80 4000 open",
                                        "" + other.cookie(), other.cookie() + " 1 6 7f000001 46 81 81 open"))));
        Verdict again = box.call("bind", kernel.socket(2, 1, 6), ADDRESS);
        assertEquals(FakeKernel.EADDRINUSE, again.errno());
        again = box.call("bind", kernel.socket(2, 1, 6), Optional.of(Script.inet("127.0.0.1!81")));
        assertEquals(FakeKernel.EADDRINUSE, again.errno());
        assertEquals(ADDRESS, box.call("getsockname", server, Optional.empty()).address());
        assertEquals(
                Optional.of(Script.inet("127.0.0.1!4000")),
                box.call("connect", kernel.socket(2, 1, 6), ADDRESS).address());
    }

    /** The version that is in place stays. */
    @Test
    void aLaterLayoutIsRefused() {
        Exception refusal =
                assertThrows(IllegalArgumentException.class, () -> new PortMapping().migrate(3, Map.of("tcp 80", "")));
        assertEquals(
                "the kept ports are of schema 3; this version of portmap knows no more than 2", refusal.getMessage());
    }

    /** A socket that lost a port and was bound to another one is found under that alone. */
    @Test
    void aSocketHasOneRemappedPort() {
        assertEquals(0, kernel.bind(kernel.socket(2, 1, 6), Script.inet("127.0.0.1!80"), false));
        assertEquals(0, kernel.bind(kernel.socket(2, 1, 6), Script.inet("127.0.0.1!90"), false));
        Sock sock = kernel.socket(2, 1, 6);
        box.call("bind", sock, ADDRESS);
        sock.local = Optional.empty();
        Verdict second = box.call("bind", sock, Optional.of(Script.inet("127.0.0.1!90")));
        assertEquals(0, second.value());
        assertEquals(Set.of("tcp 90", "remapped", "ports"), box.values.keySet());
        assertEquals(1, Layout.all(box).size());
    }

    /** What is kept of a port that has two numbers is kept twice, or not at all. */
    @Test
    void aPortThatDoesNotFitIsNotKept() {
        assertEquals(0, kernel.bind(kernel.socket(2, 1, 6), Script.inet("127.0.0.1!80"), false));
        box.fullOf = "remapped";
        assertThrows(IllegalStateException.class, () -> box.call("bind", kernel.socket(2, 1, 6), ADDRESS));
        assertEquals(Map.of(), box.values);
    }
}
