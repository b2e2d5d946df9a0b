package org.sluice.handler.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.handler.portmap.FakeKernel.Phase;
import org.sluice.handler.portmap.FakeKernel.Sock;
import org.sluice.notify.Address;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Verdict;

class PortMappingRacesTest {

    private static final Address ADDRESS = Script.inet("127.0.0.1!80");
    private static final int THREADS = 4;

    private final FakeKernel kernel = new FakeKernel();
    private final Box box = new Box(kernel);

    /** Also while a swap is under way, when two instances with a lock each serve one sandbox. */
    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void oneSocketWinsAVirtualPort(boolean takenOutside, boolean swapping) throws Exception {
        if (takenOutside) {
            assertEquals(0, kernel.bind(tcp(false), Script.inet("127.0.0.1!80"), false));
        }
        for (int round = 0; round < 200; round++) {
            List<Sock> socks = race(swapping, false, THREADS);
            socks.forEach(sock -> sock.phase = Phase.CLOSED);
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void socketsThatShareAPortAllGetIt(boolean takenOutside) throws Exception {
        if (takenOutside) {
            assertEquals(0, kernel.bind(tcp(false), Script.inet("127.0.0.1!80"), false));
        }
        for (int round = 0; round < 200; round++) {
            List<Sock> socks = race(false, true, 1);
            assertEquals(
                    1,
                    socks.stream()
                            .map(sock -> sock.local.orElseThrow())
                            .distinct()
                            .count());
            socks.forEach(sock -> sock.phase = Phase.CLOSED);
        }
    }

    /** Binds one socket per thread; all share the port, or one wins it. */
    private List<Sock> race(boolean swapping, boolean sharing, int instances) throws Exception {
        PortMapping old = new PortMapping();
        List<Sock> socks = new ArrayList<>();
        CyclicBarrier start = new CyclicBarrier(THREADS);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<Verdict>> verdicts = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Sock sock = tcp(sharing);
                socks.add(sock);
                PortMapping active = swapping && i < instances ? new PortMapping() : old;
                verdicts.add(threads.submit(() -> {
                    start.await();
                    return box.call(active, "bind", sock, Optional.of(ADDRESS), box::perform);
                }));
            }
            int won = 0;
            for (Future<Verdict> verdict : verdicts) {
                if (verdict.get().succeeded()) {
                    won++;
                    assertEquals(Optional.of(ADDRESS), verdict.get().address());
                } else {
                    assertEquals(FakeKernel.EADDRINUSE, verdict.get().errno());
                }
            }
            assertEquals(sharing ? THREADS : 1, won);
        } finally {
            threads.shutdown();
        }
        return socks;
    }

    @Test
    void theMapDoesNotGrowWithClosedSockets() {
        PortMapping handler = new PortMapping();
        for (int i = 0; i < 5000; i++) {
            Sock sock = tcp(false);
            Verdict verdict =
                    box.call(handler, "bind", sock, Optional.of(Script.inet("127.0.0.1!" + (1000 + i))), box::perform);
            assertEquals(0, verdict.value());
            sock.phase = Phase.CLOSED;
        }
        int kept = Layout.all(box).size();
        assertTrue(kept <= Ledger.SWEEP, "kept " + kept);
        assertEquals(kept, box.values.size());
    }

    /** A handler that is replaced often has to count what the ones before have left. */
    @Test
    void theMapDoesNotGrowWhileVersionsComeAndGo() {
        for (int i = 0; i < 5000; i++) {
            if (i % 100 == 0) {
                box.swap();
            }
            Sock sock = tcp(false);
            Verdict verdict = box.call("bind", sock, Optional.of(Script.inet("127.0.0.1!" + (1000 + i))));
            assertEquals(0, verdict.value());
            sock.phase = Phase.CLOSED;
        }
        int kept = Layout.all(box).size();
        assertTrue(kept <= Ledger.SWEEP, "kept " + kept);
    }

    @Test
    void theMapDoesNotGrowWithAPortThatIsBoundAgainAndAgain() {
        for (int i = 0; i < 100; i++) {
            Sock sock = tcp(false);
            assertEquals(0, box.call("bind", sock, Optional.of(ADDRESS)).value());
            sock.phase = Phase.CLOSED;
        }
        assertEquals(1, Layout.all(box).size());
    }

    /** A port that the kernel picks is known by its own number, although a socket that is gone was known by it before. */
    @Test
    void aPortOfASocketThatIsGoneIsFree() {
        Sock first = tcp(false);
        Optional<Address> any = Optional.of(Script.inet("127.0.0.1!0"));
        Optional<Address> given = box.call("bind", first, any).address();
        first.phase = Phase.CLOSED;
        kernel.pickFrom(((Inet) given.orElseThrow()).port());
        Sock second = tcp(false);
        assertEquals(given, box.call("bind", second, any).address());
        assertEquals(given, second.local().map(Address.class::cast));
    }

    /** A remapped port without an entry would be one that nobody can find. */
    @Test
    void aFullMapKeepsOnlyRealPortsWorking() {
        box.full = true;
        PortMapping handler = new PortMapping();
        Verdict verdict = box.call(handler, "bind", tcp(false), Optional.of(ADDRESS), box::perform);
        assertEquals(Optional.of(ADDRESS), verdict.address());
        assertThrows(
                IllegalStateException.class,
                () -> box.call(handler, "bind", tcp(false), Optional.of(ADDRESS), box::perform));
    }

    @Test
    void theProfileSwitchesMappingOff() {
        PortMapping handler = new PortMapping();
        assertEquals(List.of("bind"), handler.traps(box, List.of("bind")));
        box.settings.put("enabled", false);
        assertEquals(List.of(), handler.traps(box, List.of("bind")));
    }

    /** A call that no setting needs costs nothing. */
    @Test
    void theProfileSaysWhichCallsAreTrapped() {
        List<String> all =
                List.of("bind", "sendto(addr!=0)", "sendmsg", "accept4(upeer_sockaddr!=0)", "recvfrom(addr!=0)");
        PortMapping handler = new PortMapping();
        assertEquals(List.of("bind", "sendto(addr!=0)", "sendmsg"), handler.traps(box, all));
        box.settings.put("peers", true);
        assertEquals(all, handler.traps(box, all));
        box.settings.put("udp", false);
        List<String> connecting = List.of(
                "bind",
                "sendto(addr!=0,flags&MSG_FASTOPEN)",
                "sendmsg(flags&MSG_FASTOPEN)",
                "accept4(upeer_sockaddr!=0)",
                "recvfrom(addr!=0)");
        assertEquals(connecting, handler.traps(box, all));
        box.settings.remove("udp");
        box.settings.put("datagram", "any");
        assertEquals(connecting, handler.traps(box, all));
    }

    /** UDP that is sent unseen would go to whoever really has the port. */
    @ParameterizedTest
    @CsvSource({"any, true", "rules, false"})
    void udpIsMappedOnlyWhereItsSendsAreSeen(String datagram, boolean udp) {
        box.settings.put("datagram", datagram);
        box.settings.put("udp", udp);
        assertEquals(0, kernel.bind(kernel.socket(2, 2, 17), Script.inet("127.0.0.1!80"), false));
        Verdict verdict = box.call("bind", kernel.socket(2, 2, 17), Optional.of(ADDRESS));
        assertEquals(FakeKernel.EADDRINUSE, verdict.errno());
    }

    @ParameterizedTest
    @CsvSource({"0", "65536", "http", "-1", "''", "999999"})
    void aPublishedPortIsAPort(String port) {
        box.settings.put("publish", List.of("80", port));
        Exception refusal =
                assertThrows(IllegalArgumentException.class, () -> new PortMapping().traps(box, List.of("bind")));
        assertEquals(
                "portmap.publish: '" + port + "' is not a port; write a number from 1 to 65535", refusal.getMessage());
    }

    @Test
    void aKeptClaimReadsBackAsItWas() {
        Claim claim = Claim.of(tcp(false), Script.inet("mapped:127.0.0.1!80"), 80, 40001);
        assertEquals(claim, Claim.decode(claim.encode()));
        Exception refusal = assertThrows(IllegalArgumentException.class, () -> Claim.decode("7 7 1 6 7f"));
        assertEquals("the kept port '7 7 1 6 7f' has 5 fields, not 9", refusal.getMessage());
    }

    private Sock tcp(boolean sharing) {
        Sock sock = kernel.socket(2, 1, 6);
        sock.reusePort = sharing;
        return sock;
    }
}
