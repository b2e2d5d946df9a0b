package org.sluice.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Ports;
import org.sluice.notify.Socket;

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
    void aBoundSocketHoldsNoOtherPort() throws IOException {
        child.run("b = socket.socket(); b.bind(('127.0.0.1', 0)); o = socket.socket(); o.bind(('127.0.0.1', 0))");
        try (PinnedSocket socket = pin("b")) {
            int port = child.number("b.getsockname()[1]");
            Address.Inet local = (Address.Inet) socket.local().orElseThrow();
            assertEquals(List.of(new Ports.Holder(socket.cookie(), local, true)), table.holders(socket, port));
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

    @Test
    void theSocketInsideOneOfMptcpLivesAndDiesWithIt() throws IOException {
        child.run("m = socket.socket(2, 1, 262); m.bind(('127.0.0.1', 0))");
        Socket listed;
        try (PinnedSocket socket = pin("m")) {
            listed = table.listed(socket);
            assertEquals(6, listed.protocol());
            assertNotEquals(socket.cookie(), listed.cookie());
            assertEquals(Set.of(listed.cookie()), table.alive(listed, List.of(listed.cookie())));
            child.run("m.listen()");
            assertEquals(Set.of(listed.cookie()), table.alive(listed, List.of(listed.cookie())));
        }
        child.run("m.close()");
        child.run("t = socket.socket()");
        try (PinnedSocket other = pin("t")) {
            assertEquals(Set.of(), table.alive(other, List.of(listed.cookie())));
            assertEquals(other.cookie(), table.listed(other).cookie());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "127.9.9.9, true",
        "::1, true",
        "127.255.255.255, false",
        "255.255.255.255, false",
        "224.0.0.251, false",
        "ff02::fb, false",
        "192.0.2.201, false",
        "2001:db8::1, false",
        "fe80::1, false"
    })
    void theKernelSaysWhatIsLocal(String address, boolean local) throws IOException {
        child.run("u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)");
        try (PinnedSocket socket = pin("u")) {
            assertEquals(local, table.isLocal(socket, inet(InetAddress.getByName(address))));
        }
    }

    @Test
    void theAddressesOfAllInterfacesAreLocal() throws IOException {
        child.run("u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)");
        try (PinnedSocket socket = pin("u")) {
            for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (InterfaceAddress own : each.getInterfaceAddresses()) {
                    assertTrue(table.isLocal(socket, inet(own.getAddress())), own::toString);
                    if (own.getBroadcast() != null) {
                        assertFalse(table.isLocal(socket, inet(own.getBroadcast())), own::toString);
                    }
                }
            }
        }
    }

    @Test
    void nothingIsKnownOfAnotherNamespace() throws IOException {
        child.run("u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(('127.0.0.1', 0))");
        try (PinnedSocket socket = pin("u")) {
            int port = child.number("u.getsockname()[1]");
            assertTrue(table.covers(socket));
            Socket stranger = new Elsewhere(socket);
            assertFalse(table.covers(stranger));
            assertFalse(table.isLocal(stranger, inet(InetAddress.getLoopbackAddress())));
            assertEquals(List.of(), table.holders(stranger, port));
            assertEquals(Set.of(1L), table.alive(stranger, List.of(1L)));
        }
    }

    private static Address.Inet inet(InetAddress address) {
        int scope = address instanceof Inet6Address six ? six.getScopeId() : 0;
        return new Address.Inet(Bytes.of(address.getAddress()), 0, 0, scope);
    }

    /** A socket as it would be in another network namespace. */
    private record Elsewhere(PinnedSocket socket) implements Socket {
        @Override
        public long cookie() {
            return socket.cookie();
        }

        @Override
        public long inode() {
            return socket.inode();
        }

        @Override
        public int domain() {
            return socket.domain();
        }

        @Override
        public int type() {
            return socket.type();
        }

        @Override
        public int protocol() {
            return socket.protocol();
        }

        @Override
        public long namespace() {
            return socket.namespace() + 1;
        }

        @Override
        public Optional<Address> local() {
            return socket.local();
        }

        @Override
        public Optional<Address> peer() {
            return socket.peer();
        }
    }

    private PinnedSocket pin(String socket) throws IOException {
        return PinnedSocket.pin(pidfds, child.pid(), child.number(socket + ".fileno()"))
                .get();
    }
}
