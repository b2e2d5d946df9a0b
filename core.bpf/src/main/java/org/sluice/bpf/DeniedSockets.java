package org.sluice.bpf;

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
    }

    private static ArgumentTest isNot(int argument, long value) {
        return ArgumentTest.intEquals(argument, value).not();
    }

    private static ArgumentTest typeIsNot(DenyListWriter list, String type) {
        return new ArgumentTest(TYPE, 32, TYPE_MASK, list.constant(type), true);
    }
}
