package org.sluice.handler.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** bind(2): what a sandbox gets, what its own sockets make of each other, and what others do. Scenario and expected results, see {@link Script}. */
class BindTest {

    static Stream<Arguments> scenarios() {
        return Stream.of(
                Arguments.of(
                        "a free port is bound as it is",
                        """
                        in a bind 127.0.0.1!6379 -> 127.0.0.1!6379
                        in a real -> 127.0.0.1!6379
                        in a listen -> 0
                        in a told -> nothing
                        in c connect 127.0.0.1!6379 -> 127.0.0.1!6379
                        in a bind 127.0.0.1!6379 -> EINVAL
                        """),
                Arguments.of(
                        "two sandboxes see their own port each",
                        """
                        in a bind 0.0.0.0!8080 -> 0.0.0.0!8080
                        in2 b bind 0.0.0.0!8080 -> 0.0.0.0!8080
                        in a real -> 0.0.0.0!8080
                        in2 b real -> 0.0.0.0!40001
                        in c connect 127.0.0.1!8080 -> 127.0.0.1!8080
                        in2 d connect 127.0.0.1!8080 -> 127.0.0.1!40001
                        """),
                Arguments.of(
                        "a second bind in the sandbox fails, mapped or not",
                        """
                        in a bind 127.0.0.1!80 -> 127.0.0.1!80
                        in b bind 127.0.0.1!80 -> EADDRINUSE
                        in b bind 0.0.0.0!80 -> EADDRINUSE
                        in b bind 127.0.0.2!80 -> 127.0.0.2!80
                        out s bind 127.0.0.1!90 -> 127.0.0.1!90
                        in d bind 127.0.0.1!90 -> 127.0.0.1!90
                        in e bind 127.0.0.1!90 -> EADDRINUSE
                        in e bind 0.0.0.0!90 -> EADDRINUSE
                        in e bind 127.0.0.3!90 -> 127.0.0.3!90
                        in e real -> 127.0.0.3!90
                        """),
                Arguments.of(
                        "one socket cannot stand beside two real ports",
                        """
                        out s bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a reuse-port
                        in b reuse-port
                        in c reuse-port
                        in a bind 127.0.0.1!80 -> 127.0.0.1!80
                        in b bind 127.0.0.2!80 -> 127.0.0.2!80
                        in c bind 0.0.0.0!80 -> EADDRINUSE
                        """),
                Arguments.of(
                        "a restart of a mapped server gets its old real port, and is not told twice",
                        """
                        out s bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a told -> 80 is taken; outside this sandbox it is 127.0.0.1:40001 (--publish 80 to insist)
                        in a close
                        in b bind 127.0.0.1!80 -> 127.0.0.1!80
                        in b real -> 127.0.0.1!40001
                        in b told -> nothing
                        in b close
                        out t bind 127.0.0.1!40001 -> 127.0.0.1!40001
                        in d bind 127.0.0.1!80 -> 127.0.0.1!80
                        in d told -> 80 is taken; outside this sandbox it is 127.0.0.1:40002 (--publish 80 to insist)
                        """),
                Arguments.of(
                        "a swap keeps the map",
                        """
                        out s bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a swap
                        in b bind 127.0.0.1!80 -> EADDRINUSE
                        in c connect 127.0.0.1!80 -> 127.0.0.1!40001
                        in a getsockname -> 127.0.0.1!80
                        """),
                Arguments.of(
                        "a published port is real or fails",
                        """
                        out s reuse-port
                        out s bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a publish 80
                        in a reuse-port
                        in a bind 127.0.0.1!80 -> EADDRINUSE
                        in a told -> port-taken {address=127.0.0.1!80, port=80} | 80 is taken and must be published, so bind failed; end whoever has it, or publish another
                        out s close
                        in a bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a real -> 127.0.0.1!80
                        out t bind 127.0.0.1!90 -> 127.0.0.1!90
                        in b bind 127.0.0.1!90 -> 127.0.0.1!90
                        in b real -> 127.0.0.1!40001
                        """),
                Arguments.of(
                        "network namespaces have ports of their own",
                        """
                        in a bind 127.0.0.1!80 -> 127.0.0.1!80
                        in b namespace 2
                        in b bind 127.0.0.1!80 -> 127.0.0.1!80
                        in b real -> 127.0.0.1!80
                        out s bind 127.0.0.1!90 -> 127.0.0.1!90
                        in d bind 127.0.0.1!90 -> 127.0.0.1!90
                        in e namespace 2
                        in e connect 127.0.0.1!90 -> 127.0.0.1!90
                        in f connect 127.0.0.1!90 -> 127.0.0.1!40001
                        in g namespace 2
                        in g bind 127.0.0.1!80 -> EADDRINUSE
                        """),
                Arguments.of(
                        "TCP and MPTCP share their ports",
                        """
                        out s bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a mptcp
                        in a bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a real -> 127.0.0.1!40001
                        in b bind 127.0.0.1!80 -> EADDRINUSE
                        in c connect 127.0.0.1!80 -> 127.0.0.1!40001
                        """),
                Arguments.of(
                        "AF_UNSPEC in bind is the IPv4 wildcard",
                        """
                        out s bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a bind unspec!80 -> 0.0.0.0!80
                        in a real -> 0.0.0.0!40001
                        in c connect 127.0.0.1!80 -> 127.0.0.1!40001
                        """),
                Arguments.of(
                        "dual-stack :: blocks both families",
                        """
                        out s6 bind ::!80 -> ::!80
                        in a bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a real -> 127.0.0.1!40001
                        in b6 bind ::!80 -> EADDRINUSE
                        in b6 bind ::1!80 -> ::1!80
                        in b6 real -> ::1!40001
                        in a told -> 80 is taken; outside this sandbox it is 127.0.0.1:40001 (--publish 80 to insist)
                        in c6 connect ::1!80 -> ::1!40001
                        in c6 connect ::!80 -> ::!40001
                        """),
                Arguments.of(
                        "an IPv6 only :: leaves IPv4 alone",
                        """
                        out s6 v6-only
                        out s6 bind ::!80 -> ::!80
                        in a bind 0.0.0.0!80 -> 0.0.0.0!80
                        in a real -> 0.0.0.0!80
                        in b6 v6-only
                        in b6 bind ::!80 -> ::!80
                        in b6 real -> ::!40001
                        in c connect 127.0.0.1!80 -> 127.0.0.1!80
                        in c6 connect ::1!80 -> ::1!40001
                        """),
                Arguments.of(
                        "a v4-mapped address is IPv4",
                        """
                        out s bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a6 bind mapped:127.0.0.1!80 -> ::ffff:7f00:1!80
                        in a6 real -> ::ffff:7f00:1!40001
                        in b bind 127.0.0.1!80 -> EADDRINUSE
                        in c connect 127.0.0.1!80 -> 127.0.0.1!40001
                        """));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void behaves(String name, String scenario) {
        assertEquals(scenario, new Script().run(scenario), name);
    }
}
