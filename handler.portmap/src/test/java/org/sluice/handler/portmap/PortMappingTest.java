package org.sluice.handler.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Scenario and expected results, see {@link Script}. */
class PortMappingTest {

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
                        in a accept d 127.0.0.1!6379 127.0.0.1!50000
                        in d getsockname -> 127.0.0.1!6379
                        in d getpeername -> 127.0.0.1!50000
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
                        in a accept d 192.0.2.7!80 192.0.2.9!1234
                        in d getsockname -> 192.0.2.7!80
                        in d getpeername -> 192.0.2.9!1234
                        in a close
                        in d getsockname -> 192.0.2.7!80
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
                        in a accept d 127.0.0.1!80 127.0.0.1!50000
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
                        out s accept d 127.0.0.1!80 127.0.0.1!50000
                        out s close
                        in b reuse-address
                        in b bind 0.0.0.0!80 -> 0.0.0.0!80
                        in b real -> 0.0.0.0!80
                        in2 b bind 0.0.0.0!80 -> 0.0.0.0!80
                        in2 b real -> 0.0.0.0!40001
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
                        "dual-stack :: inside takes IPv4 connections",
                        """
                        out s bind 0.0.0.0!80 -> 0.0.0.0!80
                        in a6 bind ::!80 -> ::!80
                        in a6 real -> ::!40001
                        in a6 told -> 80 is taken; outside this sandbox it is [::1]:40001 (--publish 80 to insist)
                        in c connect 127.0.0.1!80 -> 127.0.0.1!40001
                        in c6 connect ::1!80 -> ::1!40001
                        in b bind 127.0.0.1!80 -> EADDRINUSE
                        in a6 accept d6 mapped:127.0.0.1!80 mapped:127.0.0.1!50000
                        in d6 getsockname -> ::ffff:7f00:1!80
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
                        "an address that is bound although it is not local is remote",
                        """
                        out s bind 192.0.2.99!80 -> 192.0.2.99!80
                        in a bind 192.0.2.99!80 -> 192.0.2.99!80
                        in a real -> 192.0.2.99!40001
                        in c connect 192.0.2.99!80 -> 192.0.2.99!80
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
                        """),
                Arguments.of(
                        "connections of a closed server keep their virtual port, a new owner of the real one ends that",
                        """
                        out s bind 0.0.0.0!80 -> 0.0.0.0!80
                        in a bind 0.0.0.0!80 -> 0.0.0.0!80
                        in a listen -> 0
                        in a accept d 127.0.0.1!80 127.0.0.1!50000
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
                        "AF_UNSPEC in bind is the IPv4 wildcard",
                        """
                        out s bind 127.0.0.1!80 -> 127.0.0.1!80
                        in a bind unspec!80 -> 0.0.0.0!80
                        in a real -> 0.0.0.0!40001
                        in c connect 127.0.0.1!80 -> 127.0.0.1!40001
                        """));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void behaves(String name, String scenario) {
        assertEquals(scenario, new Script().run(scenario), name);
    }
}
