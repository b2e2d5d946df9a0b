package org.sluice.handler.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** UDP: sends to a local address go to the real port, and so do answers. Scenario and expected results, see {@link Script}. */
class DatagramTest {

    static Stream<Arguments> scenarios() {
        return Stream.of(
                Arguments.of(
                        "UDP is mapped, apart from TCP",
                        """
                        out s datagram
                        out s bind 127.0.0.1!53 -> 127.0.0.1!53
                        in a datagram
                        in a bind 127.0.0.1!53 -> 127.0.0.1!53
                        in a real -> 127.0.0.1!40001
                        in a told -> 53/udp is taken; outside this sandbox it is 127.0.0.1:40001 (--publish 53 to insist)
                        in a getsockname -> 127.0.0.1!53
                        in b datagram
                        in b bind 127.0.0.1!53 -> EADDRINUSE
                        in t bind 127.0.0.1!53 -> 127.0.0.1!53
                        in t real -> 127.0.0.1!53
                        in c datagram
                        in c sendto 127.0.0.1!53 -> 127.0.0.1!40001
                        in c sendmsg 127.0.0.1!53 -> 127.0.0.1!40001
                        in c sendmmsg 0.0.0.0!53 -> 0.0.0.0!40001
                        in c connect 127.0.0.1!53 -> 127.0.0.1!40001
                        in d connect 127.0.0.1!53 -> 127.0.0.1!53
                        in c peer 127.0.0.1!40001
                        in c getpeername -> 127.0.0.1!53
                        in c recvfrom -> 127.0.0.1!53
                        in a swap
                        in c sendto 127.0.0.1!53 -> 127.0.0.1!40001
                        in a getsockname -> 127.0.0.1!53
                        in a close
                        in c sendto 127.0.0.1!53 -> 127.0.0.1!53
                        """),
                Arguments.of(
                        "an IPv6 datagram socket may send to IPv4",
                        """
                        out s datagram
                        out s bind 0.0.0.0!53 -> 0.0.0.0!53
                        in a6 datagram
                        in a6 bind ::!53 -> ::!53
                        in c6 datagram
                        in c6 sendto mapped:127.0.0.1!53 -> ::ffff:7f00:1!40001
                        in c6 sendto 127.0.0.1!53 -> 127.0.0.1!40001
                        in c6 sendto ::1!53 -> ::1!40001
                        """),
                Arguments.of(
                        "remote, broadcast and multicast destinations are never translated",
                        """
                        out s datagram
                        out s bind 0.0.0.0!53 -> 0.0.0.0!53
                        in a datagram
                        in a bind 0.0.0.0!53 -> 0.0.0.0!53
                        in c datagram
                        in c sendto 192.0.2.1!53 -> 192.0.2.1!53
                        in c sendto 255.255.255.255!53 -> 255.255.255.255!53
                        in c sendto 127.255.255.255!53 -> 127.255.255.255!53
                        in c sendto 224.0.0.251!53 -> 224.0.0.251!53
                        in c sendto 192.0.2.7!53 -> 192.0.2.7!40001
                        in c peer 192.0.2.1!40001
                        in c recvfrom -> 192.0.2.1!40001
                        """),
                Arguments.of(
                        "members of a multicast group share its port",
                        """
                        out s datagram
                        out s reuse-address
                        out s bind 0.0.0.0!5353 -> 0.0.0.0!5353
                        in a datagram
                        in a reuse-address
                        in a bind 0.0.0.0!5353 -> 0.0.0.0!5353
                        in a real -> 0.0.0.0!5353
                        in b datagram
                        in b reuse-address
                        in b bind 0.0.0.0!5353 -> 0.0.0.0!5353
                        in b real -> 0.0.0.0!5353
                        in2 c datagram
                        in2 c bind 0.0.0.0!5353 -> 0.0.0.0!5353
                        in2 c real -> 0.0.0.0!40001
                        in2 d datagram
                        in2 d reuse-address
                        in2 d bind 224.0.0.251!5353 -> 224.0.0.251!5353
                        in2 d real -> 224.0.0.251!5353
                        """),
                Arguments.of(
                        "SO_REUSEADDR joins UDP sockets inside, and never with others",
                        """
                        out s datagram
                        out s reuse-address
                        out s bind 127.0.0.1!53 -> 127.0.0.1!53
                        in a datagram
                        in a reuse-address
                        in a bind 127.0.0.1!53 -> 127.0.0.1!53
                        in a real -> 127.0.0.1!40001
                        in b datagram
                        in b reuse-address
                        in b bind 127.0.0.1!53 -> 127.0.0.1!53
                        in b real -> 127.0.0.1!40001
                        in2 c datagram
                        in2 c reuse-address
                        in2 c bind 127.0.0.1!53 -> 127.0.0.1!53
                        in2 c real -> 127.0.0.1!40002
                        """));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void behaves(String name, String scenario) {
        assertEquals(scenario, new Script().run(scenario), name);
    }
}
