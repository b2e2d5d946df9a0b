package org.sluice.handler.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** connect(2), and the names that getsockname(2), getpeername(2) and, where it is asked for, accept(2) tell. Scenario and expected results, see {@link Script}. */
class ConnectTest {

    static Stream<Arguments> scenarios() {
        return Stream.of(
                Arguments.of(
                        "a port that is taken outside is mapped, both ways",
                        """
                        out s bind 0.0.0.0!6379 -> 0.0.0.0!6379
                        out s listen -> 0
                        in a bind 127.0.0.1!6379 -> 127.0.0.1!6379
                        in a real -> 127.0.0.1!40001
                        in a listen -> 0
                        in a told -> 6379 is taken; outside this sandbox it is 127.0.0.1:40001 (--publish 6379 to insist)
                        in a getsockname -> 127.0.0.1!6379
                        in c connect 127.0.0.1!6379 -> 127.0.0.1!40001
                        in c connect 0.0.0.0!6379 -> 0.0.0.0!40001
                        in c6 connect mapped:127.0.0.1!6379 -> ::ffff:7f00:1!40001
                        in c peer 127.0.0.1!40001
                        in c getpeername -> 127.0.0.1!6379
                        in a accepts d 127.0.0.1!6379 127.0.0.1!50000
                        in d getsockname -> 127.0.0.1!6379
                        in d getpeername -> 127.0.0.1!50000
                        """),
                Arguments.of(
                        "a remote address is never translated",
                        """
                        out s bind 0.0.0.0!80 -> 0.0.0.0!80
                        in a bind 0.0.0.0!80 -> 0.0.0.0!80
                        in c connect 192.0.2.1!80 -> 192.0.2.1!80
                        in c peer 192.0.2.1!40001
                        in c getpeername -> 192.0.2.1!40001
                        """),
                Arguments.of(
                        "the address of a mapped socket is local",
                        """
                        out s bind 192.0.2.7!80 -> 192.0.2.7!80
                        in a bind 192.0.2.7!80 -> 192.0.2.7!80
                        in c connect 192.0.2.7!80 -> 192.0.2.7!40001
                        in c connect 127.0.0.1!80 -> 127.0.0.1!80
                        in c peer 192.0.2.7!40001
                        in c getpeername -> 192.0.2.7!80
                        """),
                Arguments.of(
                        "an accepted connection on another address of a wildcard is known",
                        """
                        out s bind 0.0.0.0!80 -> 0.0.0.0!80
                        in a bind 0.0.0.0!80 -> 0.0.0.0!80
                        in a accepts d 192.0.2.7!80 192.0.2.9!1234
                        in d getsockname -> 192.0.2.7!80
                        in d getpeername -> 192.0.2.9!1234
                        in a close
                        in d getsockname -> 192.0.2.7!80
                        """),
                Arguments.of(
                        "dual-stack :: inside takes IPv4 connections",
                        """
                        out s bind 0.0.0.0!80 -> 0.0.0.0!80
                        in a6 bind ::!80 -> ::!80
                        in a6 real -> ::!40001
                        in a6 told -> 80 is taken; outside this sandbox it is [::1]:40001 (--publish 80 to insist)
                        in c connect 127.0.0.1!80 -> 127.0.0.1!40001
                        in c6 connect ::1!80 -> ::1!40001
                        in b bind 127.0.0.1!80 -> EADDRINUSE
                        in a6 accepts d6 mapped:127.0.0.1!80 mapped:127.0.0.1!50000
                        in d6 getsockname -> ::ffff:7f00:1!80
                        """),
                Arguments.of(
                        "the exact address wins over the wildcard",
                        """
                        out s bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a bind 127.0.0.1!80 -> 127.0.0.1!80
                        in b bind 127.0.0.2!80 -> 127.0.0.2!80
                        in c connect 127.0.0.1!80 -> 127.0.0.1!40001
                        in c connect 127.0.0.2!80 -> 127.0.0.2!80
                        in c connect 127.0.0.3!80 -> 127.0.0.3!80
                        """),
                Arguments.of(
                        "a virtual port that is the real one of another is mapped in turn",
                        """
                        out s bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a reuse-port
                        in a bind 127.0.0.1!80 -> 127.0.0.1!80
                        in b reuse-port
                        in b bind 127.0.0.1!40001 -> 127.0.0.1!40001
                        in b real -> 127.0.0.1!40002
                        in c connect 127.0.0.1!40001 -> 127.0.0.1!40002
                        """),
                Arguments.of(
                        "a mapping goes with its socket",
                        """
                        out s bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a bind 127.0.0.1!80 -> 127.0.0.1!80
                        in c connect 127.0.0.1!80 -> 127.0.0.1!40001
                        in a close
                        in c connect 127.0.0.1!80 -> 127.0.0.1!80
                        out s close
                        in b bind 127.0.0.1!80 -> 127.0.0.1!80
                        in b real -> 127.0.0.1!80
                        """),
                Arguments.of(
                        "an address that is bound although it is not local is remote",
                        """
                        out s bind 192.0.2.99!80 -> 192.0.2.99!80
                        in a bind 192.0.2.99!80 -> 192.0.2.99!80
                        in a real -> 192.0.2.99!40001
                        in c connect 192.0.2.99!80 -> 192.0.2.99!80
                        """),
                Arguments.of(
                        "connections of a closed server keep their virtual port, a new owner of the real one ends that",
                        """
                        out s bind 0.0.0.0!80 -> 0.0.0.0!80
                        in a bind 0.0.0.0!80 -> 0.0.0.0!80
                        in a listen -> 0
                        in a accepts d 127.0.0.1!80 127.0.0.1!50000
                        in a close
                        in c connect 127.0.0.1!80 -> 127.0.0.1!80
                        in d getsockname -> 127.0.0.1!80
                        in c peer 127.0.0.1!40001
                        in c getpeername -> 127.0.0.1!80
                        in d close
                        in2 b bind 127.0.0.1!40001 -> 127.0.0.1!40001
                        in2 b real -> 127.0.0.1!40001
                        """),
                Arguments.of(
                        "accept and recvfrom tell the virtual port of a neighbour that was mapped",
                        """
                        out s bind 127.0.0.1!5000 -> 127.0.0.1!5000
                        in c bind 127.0.0.1!5000 -> 127.0.0.1!5000
                        in c real -> 127.0.0.1!40001
                        in a bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a peer 127.0.0.1!40001
                        in a accept -> 127.0.0.1!5000
                        in a accept4 -> 127.0.0.1!5000
                        in a recvfrom -> 127.0.0.1!5000
                        in a peer 127.0.0.1!40009
                        in a accept4 -> 127.0.0.1!40009
                        in a peer 192.0.2.1!40001
                        in a accept4 -> 192.0.2.1!40001
                        in2 b peer 127.0.0.1!40001
                        in2 b accept4 -> 127.0.0.1!40001
                        """));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void behaves(String name, String scenario) {
        assertEquals(scenario, new Script().run(scenario), name);
    }
}
