package org.sluice.bpf;

import java.util.ArrayList;
import java.util.List;
import org.sluice.linux.Errno;

/**
 * The kinds of sockets that a target may make: Unix, IPv4 and IPv6 with TCP, UDP and MPTCP, and routing netlink. All
 * others fail as on a kernel that was built without them.
 */
final class DeniedSockets {

    private static final int FAMILY = 0;
    private static final int TYPE = 1;
    private static final int PROTOCOL = 2;
    private static final long TYPE_MASK = 0xf;

    /** The size of struct in6_flowlabel_req, a power of two. */
    private static final long FLOW_LABEL = 32;

    private DeniedSockets() {}

    static void write(DenyListWriter list) {
        for (String call : new String[] {"socket", "socketpair"}) {
            list.fail(
                    call,
                    Errno.EAFNOSUPPORT,
                    "its family is not mediated",
                    isNot(FAMILY, list.constant("AF_UNIX")),
                    isNot(FAMILY, list.constant("AF_INET")),
                    isNot(FAMILY, list.constant("AF_INET6")),
                    isNot(FAMILY, list.constant("AF_NETLINK")));
        }
        for (String family : new String[] {"AF_INET", "AF_INET6"}) {
            ArgumentTest ofFamily = ArgumentTest.intEquals(FAMILY, list.constant(family));
            list.fail(
                    "socket",
                    Errno.EPROTONOSUPPORT,
                    "its protocol is not mediated",
                    ofFamily,
                    isNot(PROTOCOL, 0),
                    isNot(PROTOCOL, list.constant("IPPROTO_TCP")),
                    isNot(PROTOCOL, list.constant("IPPROTO_UDP")),
                    isNot(PROTOCOL, list.constant("IPPROTO_MPTCP")));
            list.fail(
                    "socket",
                    Errno.EPROTONOSUPPORT,
                    "its type is not mediated",
                    ofFamily,
                    typeIsNot(list, "SOCK_STREAM"),
                    typeIsNot(list, "SOCK_DGRAM"));
        }
        list.fail(
                "socket",
                Errno.EAFNOSUPPORT,
                "its netlink protocol is not mediated",
                ArgumentTest.intEquals(FAMILY, list.constant("AF_NETLINK")),
                isNot(PROTOCOL, list.constant("NETLINK_ROUTE")));
        detours(list);
    }

    /**
     * Ways to an address that connect(2) never sees: with TCP_FASTOPEN_CONNECT the first write connects, source routes carry
     * a packet past its destination. A send with MSG_FASTOPEN names its address and is decided as a connect. Programs fall back where the kernel lacks them, and so they do here.
     */
    private static void detours(DenyListWriter list) {
        String reason = "it connects without connect(2)";
        option(list, "IPPROTO_TCP", "TCP_FASTOPEN_CONNECT", reason);
        String routed = "a source route passes the address that was judged";
        option(list, "IPPROTO_IP", "IP_OPTIONS", routed);
        option(list, "IPPROTO_IPV6", "IPV6_RTHDR", routed);
        option(list, "IPPROTO_IPV6", "IPV6_2292RTHDR", routed);
        option(list, "IPPROTO_IPV6", "IPV6_2292PKTOPTIONS", routed);
        // A flow label carries what follows its request as ancillary data, a routing header too
        // (net/ipv6/ip6_flowlabel.c).
        option(list, "IPPROTO_IPV6", "IPV6_FLOWLABEL_MGR", routed, ArgumentTest.intHasAny(4, ~(2L * FLOW_LABEL - 1)));
        option(
                list,
                "IPPROTO_IPV6",
                "IPV6_FLOWLABEL_MGR",
                routed,
                ArgumentTest.intHasAny(4, FLOW_LABEL),
                ArgumentTest.intHasAny(4, FLOW_LABEL - 1));
    }

    private static void option(DenyListWriter list, String level, String name, String reason, ArgumentTest... further) {
        List<ArgumentTest> tests = new ArrayList<>(List.of(
                ArgumentTest.intEquals(1, list.constant(level)), ArgumentTest.intEquals(2, list.constant(name))));
        tests.addAll(List.of(further));
        list.fail("setsockopt", Errno.ENOPROTOOPT, reason, tests.toArray(ArgumentTest[]::new));
    }

    private static ArgumentTest isNot(int argument, long value) {
        return ArgumentTest.intEquals(argument, value).not();
    }

    private static ArgumentTest typeIsNot(DenyListWriter list, String type) {
        return new ArgumentTest(TYPE, 32, TYPE_MASK, list.constant(type), true);
    }
}
