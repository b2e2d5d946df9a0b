package org.sluice.target.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.notify.Bytes;

/** What may be written about interfaces. */
class TopologyTest {

    @Test
    void loIsAlwaysThereAndFirst() {
        assertEquals(List.of("lo"), names(Topology.loopback()));
        assertEquals(List.of("lo", "eth0"), names(Topology.of(List.of("eth0=10.1.2.3/24"))));
        assertEquals(List.of("lo", "eth0"), names(Topology.of(List.of("eth0=10.1.2.3/24", "lo=127.0.0.2/8"))));
    }

    private static List<String> names(Topology topology) {
        return topology.links().stream().map(Link::name).toList();
    }

    @Test
    void readsEveryKey() {
        Link link = Topology.of(List.of(Map.of(
                        "name",
                        "eth0",
                        "kind",
                        "bridge",
                        "mtu",
                        9000L,
                        "mac",
                        "02:00:00:00:00:0A",
                        "up",
                        false,
                        "addresses",
                        List.of("10.1.2.3/24 scope site", "127.0.0.5/8", "fd00::1/64"),
                        "routes",
                        List.of("10.9.0.0/16", "2001:db8::/32 via fd00::2"),
                        "gateway",
                        "10.1.2.1")))
                .links()
                .get(1);
        assertEquals(LinkKind.BRIDGE, link.kind());
        assertEquals(9000, link.mtu());
        assertEquals(Optional.of(Bytes.of((byte) 2, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 10)), link.mac());
        assertEquals(false, link.up());
        assertEquals(
                List.of(200, 254, 0),
                link.addresses().stream().map(LinkAddress::scope).toList());
        assertEquals(
                List.of(16, 32, 0),
                link.routes().stream().map(LinkRoute::prefix).toList());
        assertEquals(4, link.routes().get(2).destination().length());
    }

    @Test
    void anAddressMakesTheHardwareAddress() {
        Link link = Topology.brief("eth0=fd00::1/64,10.1.2.3/24");
        assertEquals(
                Optional.of(Bytes.of((byte) 2, (byte) 0x42, (byte) 10, (byte) 1, (byte) 2, (byte) 3)), link.hardware());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "eth0; 'eth0' is no interface; write eth0=10.1.2.3/24",
                "et/h0=10.1.2.3/24; is no interface's name",
                "a123456789012345=10.1.2.3/24; is no interface's name",
                "eth0=10.1.2.3; is no address with a prefix",
                "eth0=10.1.2.3/33; the prefix is longer than the address",
                "eth0=10.1.2/24; '10.1.2' is no IP address",
                "eth0=10.1.2.300/24; '10.1.2.300' is no IP address",
                "eth0=localhost/8; 'localhost' is no IP address",
                "eth0=::ffff:10.1.2.3/120; is an IPv4 address",
                "eth0=10.1.2.3/24 scope here; with one of the scopes",
            })
    void saysWhatIsWrong(String text, String part) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> Topology.of(List.of(text)), text);
        assertTrue(String.valueOf(e.getMessage()).contains(part), e::getMessage);
    }

    @Test
    void refusesWhatCannotBe() {
        refuses("there twice", "eth0=10.1.2.3/24", "eth0=10.1.2.4/24");
        refuses("an interface has no 'adresses'; it has addresses, ", Map.of("name", "eth0", "adresses", List.of()));
        refuses("needs its 'name'", Map.of("mtu", 1500L));
        refuses("is not between 68 and 65536", Map.of("name", "eth0", "mtu", 20L));
        refuses("up is true or false", Map.of("name", "eth0", "up", "yes"));
        refuses("is no kind of interface; there are loopback", Map.of("name", "eth0", "kind", "token-ring"));
        refuses("lo alone is of kind loopback", Map.of("name", "lo", "kind", "veth"));
        refuses("is no MAC address", Map.of("name", "eth0", "mac", "02:00"));
        refuses("make its first byte even", Map.of("name", "eth0", "mac", "01:00:00:00:00:00"));
        refuses("of two families", Map.of("name", "eth0", "routes", List.of("10.0.0.0/8 via fd00::1")));
        refuses("beyond its prefix", Map.of("name", "eth0", "routes", List.of("10.1.2.3/8")));
        refuses("write 10.9.0.0/16 via 10.1.2.1", Map.of("name", "eth0", "routes", List.of("10.0.0.0/8 dev eth0")));
    }

    private static void refuses(String part, Object... interfaces) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> Topology.of(List.of(interfaces)));
        assertTrue(String.valueOf(e.getMessage()).contains(part), e::getMessage);
    }
}
