package org.sluice.handler.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** SO_REUSEADDR and SO_REUSEPORT, and what a server leaves behind. Scenario and expected results, see {@link Script}. */
class ReuseTest {

    static Stream<Arguments> scenarios() {
        return Stream.of(
                Arguments.of(
                        "SO_REUSEPORT shares inside, and never with others",
                        """
                        out s reuse-port
                        out s bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a reuse-port
                        in b reuse-port
                        in a bind 127.0.0.1!80 -> 127.0.0.1!80
                        in b bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a real -> 127.0.0.1!40001
                        in b real -> 127.0.0.1!40001
                        in c bind 127.0.0.1!80 -> EADDRINUSE
                        in2 d reuse-port
                        in2 d bind 127.0.0.1!80 -> 127.0.0.1!80
                        in2 d real -> 127.0.0.1!40002
                        in a told -> 80 is taken; outside this sandbox it is 127.0.0.1:40001 (--publish 80 to insist)
                        """),
                Arguments.of(
                        "SO_REUSEADDR conflicts show at bind outside, at listen inside",
                        """
                        out s reuse-address
                        out s bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a reuse-address
                        in a bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a real -> 127.0.0.1!40001
                        in b reuse-address
                        in b bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a listen -> 0
                        in b listen -> EADDRINUSE
                        in e reuse-address
                        in e bind 127.0.0.1!80 -> EADDRINUSE
                        """),
                Arguments.of(
                        "a restart over TIME_WAIT keeps the port with SO_REUSEADDR",
                        """
                        in a reuse-address
                        in a bind 0.0.0.0!80 -> 0.0.0.0!80
                        in a listen -> 0
                        in a accepts d 127.0.0.1!80 127.0.0.1!50000
                        in a close
                        in d linger
                        in b reuse-address
                        in b bind 0.0.0.0!80 -> 0.0.0.0!80
                        in b real -> 0.0.0.0!80
                        in b told -> nothing
                        """),
                Arguments.of(
                        "connections of a closed server outside do not keep its port",
                        """
                        out s reuse-address
                        out s bind 0.0.0.0!80 -> 0.0.0.0!80
                        out s accepts d 127.0.0.1!80 127.0.0.1!50000
                        out s close
                        in b reuse-address
                        in b bind 0.0.0.0!80 -> 0.0.0.0!80
                        in b real -> 0.0.0.0!80
                        in2 b bind 0.0.0.0!80 -> 0.0.0.0!80
                        in2 b real -> 0.0.0.0!40001
                        """),
                Arguments.of(
                        "SO_REUSEPORT inside does not join a stranger on another address",
                        """
                        in a reuse-port
                        in a bind 127.0.0.1!80 -> 127.0.0.1!80
                        in2 b reuse-port
                        in2 b bind 127.0.0.2!80 -> 127.0.0.2!80
                        in c reuse-port
                        in c bind 0.0.0.0!80 -> EADDRINUSE
                        in d reuse-port
                        in d bind 127.0.0.1!80 -> 127.0.0.1!80
                        """));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void behaves(String name, String scenario) {
        assertEquals(scenario, new Script().run(scenario), name);
    }
}
