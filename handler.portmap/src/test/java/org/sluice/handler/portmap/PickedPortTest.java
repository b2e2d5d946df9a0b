package org.sluice.handler.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Ports that the kernel picks: bind(2) to port 0, listen(2) and connect(2) without a bind. Scenario and expected results, see {@link Script}. */
class PickedPortTest {

    static Stream<Arguments> scenarios() {
        return Stream.of(
                Arguments.of(
                        "port 0 stays what the kernel gave",
                        """
                        in a bind 127.0.0.1!0 -> 127.0.0.1!40001
                        in a real -> 127.0.0.1!40001
                        in b bind 127.0.0.1!40001 -> EADDRINUSE
                        in a told -> nothing
                        """),
                Arguments.of(
                        "port 0 avoids a number that is in use as a virtual one",
                        """
                        out s bind 127.0.0.1!40002 -> 127.0.0.1!40002
                        in a bind 127.0.0.1!40002 -> 127.0.0.1!40002
                        in a real -> 127.0.0.1!40001
                        out s close
                        in b bind 127.0.0.1!0 -> 127.0.0.1!40003
                        in b real -> 127.0.0.1!40002
                        in b getsockname -> 127.0.0.1!40003
                        in c connect 127.0.0.1!40003 -> 127.0.0.1!40002
                        in c connect 127.0.0.1!40002 -> 127.0.0.1!40001
                        """),
                Arguments.of(
                        "a port that is picked at connect is no port yet",
                        """
                        in a port-at-connect
                        in b port-at-connect
                        in a bind 127.0.0.1!0 -> 127.0.0.1!0
                        in b bind 127.0.0.1!0 -> 127.0.0.1!0
                        in b getsockname -> 127.0.0.1!0
                        """),
                Arguments.of(
                        "a port that the kernel gave without a bind is taken inside",
                        """
                        in a listen -> 0
                        in a getsockname -> 0.0.0.0!50000
                        in b bind 0.0.0.0!50000 -> EADDRINUSE
                        in c datagram
                        in c sendto 127.0.0.1!9 -> 127.0.0.1!9
                        in c getsockname -> 0.0.0.0!50001
                        in d datagram
                        in d bind 0.0.0.0!50001 -> EADDRINUSE
                        in e connect 127.0.0.1!9 -> 127.0.0.1!9
                        in f bind 0.0.0.0!50002 -> EADDRINUSE
                        in2 d datagram
                        in2 d bind 0.0.0.0!50001 -> 0.0.0.0!50001
                        in2 d real -> 0.0.0.0!40001
                        """),
                Arguments.of(
                        "listen without bind avoids a number that is in use as a virtual one",
                        """
                        out s bind 0.0.0.0!50000 -> 0.0.0.0!50000
                        in a bind 0.0.0.0!50000 -> 0.0.0.0!50000
                        in a real -> 0.0.0.0!40001
                        out s close
                        in b listen -> 0
                        in b real -> 0.0.0.0!50000
                        in b getsockname -> 0.0.0.0!50001
                        in c connect 127.0.0.1!50001 -> 127.0.0.1!50000
                        in c connect 127.0.0.1!50000 -> 127.0.0.1!40001
                        """));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void behaves(String name, String scenario) {
        assertEquals(scenario, new Script().run(scenario), name);
    }
}
