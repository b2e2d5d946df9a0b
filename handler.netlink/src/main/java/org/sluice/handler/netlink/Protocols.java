package org.sluice.handler.netlink;

import java.util.List;

/** The protocols of netlink(7) by the names that linux/netlink.h gives them, in lower case and without NETLINK_. */
final class Protocols {

    private static final List<String> NAMES = List.of(
            "route",
            "unused",
            "usersock",
            "firewall",
            "sock_diag",
            "nflog",
            "xfrm",
            "selinux",
            "iscsi",
            "audit",
            "fib_lookup",
            "connector",
            "netfilter",
            "ip6_fw",
            "dnrtmsg",
            "kobject_uevent",
            "generic",
            "17",
            "scsitransport",
            "ecryptfs",
            "rdma",
            "crypto",
            "smc");

    private Protocols() {}

    /**
     * The number of a protocol.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    static int number(String name) {
        int number = NAMES.indexOf(name);
        if (number < 0) {
            throw new IllegalArgumentException("netlink.protocols: '" + name
                    + "' is no protocol of netlink; write one as sock_diag, generic, kobject_uevent");
        }
        return number;
    }

    static String name(int number) {
        return number >= 0 && number < NAMES.size() ? NAMES.get(number) : Integer.toString(number);
    }

    /** Whether a list of names holds a protocol. */
    static boolean lists(List<String> names, int number) {
        return names.contains(name(number));
    }
}
