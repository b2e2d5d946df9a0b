package org.sluice.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sluice.notify.Address;
import org.sluice.notify.Ports;

class PortTableTest {

    private final Pidfds pidfds = new Pidfds(8);
    private final PortTable table = new PortTable();
    private Child child;

    @BeforeEach
    void start() throws IOException {
        child = new Child();
    }

    @AfterEach
    void stop() {
        child.close();
        table.close();
        pidfds.close();
    }

    @Test
    void aListenerHoldsItsPortAndItsConnectionsDoNot() throws IOException {
        child.run(
                "l = socket.socket(); l.bind(('127.0.0.1', 0)); l.listen(); c = socket.create_connection(l.getsockname()); a = l.accept()[0]");
        int port = child.number("l.getsockname()[1]");
        try (PinnedSocket listener = pin("l");
                PinnedSocket accepted = pin("a")) {
            List<Ports.Holder> holders = table.holders(listener, port);
            assertEquals(2, holders.size(), holders::toString);
            for (Ports.Holder holder : holders) {
                assertEquals(holder.cookie() == listener.cookie(), holder.bound());
                assertEquals(listener.local().orElseThrow(), holder.local());
            }
            assertTrue(holders.stream().anyMatch(holder -> holder.cookie() == accepted.cookie()));
        }
    }

    @Test
    void udpAndBothFamilies() throws IOException {
        child.run("u = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); u.bind(('::1', 0))");
        int port = child.number("u.getsockname()[1]");
        try (PinnedSocket socket = pin("u")) {
            Address.Inet local = (Address.Inet) socket.local().orElseThrow();
            assertEquals(List.of(new Ports.Holder(socket.cookie(), local, true)), table.holders(socket, port));
        }
    }

    @Test
    void boundSocketsLiveUntilTheyAreClosed() throws IOException {
        child.run("b = socket.socket(); b.bind(('127.0.0.1', 0)); o = socket.socket(); o.bind(('127.0.0.1', 0))");
        long gone;
        try (PinnedSocket socket = pin("b");
                PinnedSocket other = pin("o")) {
            gone = other.cookie();
            assertEquals(Set.of(socket.cookie(), gone), table.alive(socket, List.of(socket.cookie(), gone, 1L)));
        }
        child.run("o.close()");
        try (PinnedSocket socket = pin("b")) {
            assertEquals(Set.of(socket.cookie()), table.alive(socket, List.of(socket.cookie(), gone)));
            assertEquals(Set.of(), table.alive(socket, List.of()));
        }
    }

    @Test
    void listenersAndConnectionsLiveUntilTheyAreClosed() throws IOException {
        child.run("l = socket.socket(); l.bind(('127.0.0.1', 0)); l.listen()");
        child.run("c = socket.create_connection(l.getsockname()); a = l.accept()[0]");
        long gone;
        try (PinnedSocket listener = pin("l");
                PinnedSocket connected = pin("c")) {
            gone = listener.cookie();
            Set<Long> both = Set.of(gone, connected.cookie());
            assertEquals(Set.of(gone), table.alive(listener, List.of(gone)));
            assertEquals(both, table.alive(listener, both));
        }
        child.run("l.close()");
        try (PinnedSocket connected = pin("c")) {
            long left = connected.cookie();
            assertEquals(Set.of(left), table.alive(connected, List.of(gone, left)));
        }
    }

    @Test
    void manySocketsComeInSeveralAnswers() throws IOException {
        child.run("k = [socket.socket(2, 2) for i in range(600)]; [s.bind(('127.0.0.1', 0)) for s in k]");
        List<Long> cookies = List.of(child.run("[int.from_bytes(s.getsockopt(1, 57, 8), 'little') for s in k]")
                        .replaceAll("[\\[\\] ]", "")
                        .split(","))
                .stream()
                .map(Long::valueOf)
                .toList();
        try (PinnedSocket socket = pin("k[0]")) {
            assertEquals(Set.copyOf(cookies), table.alive(socket, cookies));
        }
    }

    private PinnedSocket pin(String socket) throws IOException {
        return PinnedSocket.pin(pidfds, child.pid(), child.number(socket + ".fileno()"))
                .get();
    }
}
