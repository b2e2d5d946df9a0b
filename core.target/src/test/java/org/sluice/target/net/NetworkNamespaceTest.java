package org.sluice.target.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.sluice.linux.Block;
import org.sluice.linux.Descriptor;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.target.Attempt;

/** A namespace is furnished as asked, shows nothing of the machine, and its sockets change nothing in it. */
class NetworkNamespaceTest {

    private static final int AF_INET = 2;
    private static final int AF_NETLINK = 16;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_RAW = 3;
    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;

    private static NetworkNamespace make() {
        Attempt<NetworkNamespace> made = NetworkNamespace.make();
        Assumptions.assumeTrue(made.succeeded(), () -> "no network namespace here: " + Errno.describe(made.errno()));
        return made.get();
    }

    private static RouteSocket routeSocket(NetworkNamespace namespace) {
        return new RouteSocket(new Descriptor(namespace.open(AF_NETLINK, SOCK_RAW, 0)));
    }

    /** The names as a socket sees them that targets are given. */
    private static List<String> names(NetworkNamespace namespace) {
        try (LinkSetup seen = new LinkSetup(
                routeSocket(namespace), new Descriptor((int) Linux.call(Nr.EVENTFD2, 0, 0)), routeSocket(namespace))) {
            return seen.states().stream().map(LinkState::name).toList();
        }
    }

    @Test
    void showsWhatItWasFurnishedWith() {
        try (NetworkNamespace namespace = make()) {
            assertEquals(List.of("lo"), names(namespace));
            namespace.furnish(Topology.of(List.of(
                    Map.of(
                            "name",
                            "eth0",
                            "mtu",
                            1400L,
                            "addresses",
                            List.of("10.1.2.3/24", "fd00::5/64", "169.254.3.4/16 scope link"),
                            "routes",
                            List.of("10.9.0.0/16 via 10.1.2.1"),
                            "gateway",
                            "10.1.2.1"),
                    "wlan0=192.0.2.7/32,2001:db8::7/128")));
            assertEquals(List.of("lo", "eth0", "wlan0"), names(namespace));
            LinkState eth0 = namespace.states().get(1);
            // The kernel puts addresses of narrower scope first.
            assertEquals(List.of("169.254.3.4/16", "10.1.2.3/24", "fd00::5/64"), eth0.addresses());
            assertEquals("\\x02B\\x0a\\x01\\x02\\x03", eth0.mac().toString());
            assertEquals(1400, eth0.mtu());
            assertTrue(eth0.up());
            namespace.set("wlan0", false);
            assertEquals(false, namespace.states().get(2).up());
            namespace.remove("wlan0");
            assertEquals(List.of("lo", "eth0"), names(namespace));
        }
    }

    @Test
    void aSocketWithoutCapabilitiesChangesNothing() {
        try (NetworkNamespace namespace = make()) {
            namespace.furnish(Topology.of(List.of("eth0=10.1.2.3/24")));
            try (RouteSocket socket = routeSocket(namespace)) {
                assertEquals(-Errno.EPERM, socket.request(switchOff()));
                assertEquals(
                        -Errno.EPERM,
                        socket.request(new RouteMessage(RTM_DELLINK, 0)
                                .byteField(0)
                                .byteField(0)
                                .shortField(0)
                                .intField(2)
                                .intField(0)
                                .intField(0)));
            }
            assertEquals(List.of("lo", "eth0"), names(namespace));
        }
    }

    private static RouteMessage switchOff() {
        return new RouteMessage(RTM_NEWLINK, 0)
                .byteField(0)
                .byteField(0)
                .shortField(0)
                .intField(1)
                .intField(0)
                .intField(1);
    }

    @Test
    void namesAFailureWithItsInterface() {
        try (NetworkNamespace namespace = make()) {
            Topology unreachable = Topology.of(
                    List.of(Map.of("name", "eth0", "addresses", List.of("10.1.2.3/24"), "gateway", "192.0.2.1")));
            SysException failure = assertThrows(SysException.class, () -> namespace.furnish(unreachable));
            assertTrue(
                    String.valueOf(failure.getMessage()).startsWith("interface eth0: its routes"), failure::toString);
        }
    }

    @Test
    void opensSocketsOfEveryKindInside() {
        try (NetworkNamespace namespace = make();
                NetworkNamespace other = make();
                Descriptor inet = new Descriptor(namespace.open(AF_INET, SOCK_DGRAM, 0));
                Descriptor elsewhere = new Descriptor(other.open(AF_INET, SOCK_DGRAM, 0))) {
            assertNotEquals(inet.fd(), elsewhere.fd());
            assertNotEquals(namespace.cookie(), other.cookie());
            assertEquals(-94, namespace.open(AF_NETLINK, 1, 0), "ESOCKTNOSUPPORT, as socket(2)");
            assertEquals(-93, namespace.open(AF_NETLINK, SOCK_RAW, 99), "EPROTONOSUPPORT, as socket(2)");
        }
    }

    @Test
    void socketsToBeGivenAwayAreNewEachTime() {
        try (NetworkNamespace namespace = make();
                RouteSockets sockets = new RouteSockets(namespace)) {
            namespace.furnish(Topology.loopback());
            for (int i = 0; i < 45; i++) {
                boolean nonBlocking = i % 3 == 0;
                int fd = sockets.take(nonBlocking);
                assertEquals(nonBlocking ? 0x802 : 2, Linux.call(Nr.FCNTL, fd, 3), "the flags of socket " + i);
                try (RouteSocket socket = new RouteSocket(new Descriptor(fd))) {
                    assertEquals(1, new LinkList(socket).read().size());
                }
            }
            assertTrue(RouteSockets.match(AF_NETLINK, SOCK_RAW | 0x80800, 0));
            assertEquals(false, RouteSockets.match(AF_NETLINK, SOCK_DGRAM, 0));
            assertEquals(false, RouteSockets.match(AF_NETLINK, SOCK_RAW, 4));
        }
    }

    /** Who asks often finds sockets ready that were opened meanwhile: few, of this namespace, and closed with the rest. */
    @Test
    void socketsAreOpenedAheadAndNotTooMany() throws Exception {
        make().close();
        long before = descriptors();
        for (int round = 0; round < 10; round++) {
            try (NetworkNamespace namespace = make();
                    RouteSockets sockets = new RouteSockets(namespace)) {
                Set<Integer> distinct = new HashSet<>();
                for (int i = 0; i < 100 + round; i++) {
                    int fd = sockets.take(false);
                    assertTrue(distinct.add(fd), "given twice");
                    assertEquals(namespace.cookie(), cookieOf(fd));
                    assertTrue(sockets.size() <= 2 * RouteSockets.MOST, () -> sockets.size() + " lie ready");
                }
                distinct.forEach(Linux::close);
            }
        }
        while (descriptors() > before) {
            Thread.onSpinWait();
        }
    }

    private static long cookieOf(int fd) {
        Block word = Block.allocate(16).putInt(8, 8);
        word.with(at -> Linux.call(Nr.GETSOCKOPT, fd, 1, 71, at, at + 8, 0));
        return word.getLong(0);
    }

    /** Who owns the namespace may connect a socket of it to any other; what comes that way is no answer. */
    @Test
    void believesTheKernelAlone() {
        try (NetworkNamespace namespace = make();
                Descriptor liar = new Descriptor(namespace.open(AF_NETLINK, SOCK_RAW, 0));
                RouteSocket socket = routeSocket(namespace)) {
            namespace.furnish(Topology.loopback());
            LinkList list = new LinkList(socket);
            assertEquals(1, list.read().size());
            Block name = Block.allocate(16).putInt(12, 12);
            SysException.check("getsockname", name.with(at -> Linux.call(Nr.GETSOCKNAME, socket.fd(), at, at + 12)));
            long connected = name.with(at -> Linux.call(Nr.CONNECT, liar.fd(), at, 12));
            Assumptions.assumeTrue(connected == 0, "not the owner of the namespace");
            // The end of a dump with the number that the next question will have, before that is asked.
            Block lie = Block.allocate(20)
                    .putInt(0, 20)
                    .putShort(4, 3)
                    .putShort(6, 2)
                    .putInt(8, 3);
            assertEquals(20, lie.with(at -> Linux.call(Nr.SENDTO, liar.fd(), at, 20, 0, 0, 0)));
            assertEquals(
                    List.of("lo"), list.read().stream().map(LinkState::name).toList());
        }
    }

    @Test
    void leavesNoDescriptorBehind() throws Exception {
        make().close();
        long before = descriptors();
        for (int i = 0; i < 20; i++) {
            try (NetworkNamespace namespace = make()) {
                namespace.furnish(Topology.loopback());
                Linux.close(namespace.open(AF_NETLINK, SOCK_RAW, 0));
                try (RouteSockets sockets = new RouteSockets(namespace)) {
                    Linux.close(sockets.take(true));
                    Linux.close(sockets.take(false));
                }
            }
        }
        long after = descriptors();
        // Something of the virtual machine's own may have been closed meanwhile.
        assertTrue(after <= before, after + " of " + before);
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }
}
