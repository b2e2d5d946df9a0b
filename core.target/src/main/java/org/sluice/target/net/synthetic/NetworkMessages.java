package org.sluice.target.net.synthetic;

import java.util.ArrayList;
import java.util.List;

/** Addresses, routes, rules and settings as the kernel writes them; its sources are named at each. */
final class NetworkMessages {

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_LABEL = 3;
    private static final int IFA_BROADCAST = 4;
    private static final int IFA_CACHEINFO = 6;
    private static final int IFA_FLAGS = 8;
    private static final int IFA_PROTO = 11;
    private static final int IFAPROT_KERNEL_LO = 1;
    private static final int FOREVER = -1;

    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_PREFSRC = 7;
    private static final int RTA_CACHEINFO = 12;
    private static final int RTA_TABLE = 15;
    private static final int RTA_PREF = 20;

    /** struct rta_cacheinfo. */
    private static final int CACHEINFO_SIZE = 32;

    private static final int FRA_PRIORITY = 6;
    private static final int FRA_SUPPRESS_PREFIXLEN = 14;
    private static final int FRA_TABLE = 15;
    private static final int FRA_PROTOCOL = 21;
    private static final int FR_ACT_TO_TBL = 1;
    private static final int TABLE_DEFAULT = 253;
    private static final int PRIORITY_MAIN = 32766;
    private static final int PRIORITY_DEFAULT = 32767;

    private static final int NETCONFA_IFINDEX = 1;
    private static final int NETCONFA_FORWARDING = 2;
    private static final int NETCONFA_RP_FILTER = 3;
    private static final int NETCONFA_MC_FORWARDING = 4;
    private static final int NETCONFA_PROXY_NEIGH = 5;
    private static final int NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN = 6;
    private static final int NETCONFA_BC_FORWARDING = 8;

    private NetworkMessages() {}

    /** inet_fill_ifaddr in net/ipv4/devinet.c, inet6_fill_ifaddr in net/ipv6/addrconf.c. */
    static byte[] address(VirtualLink link, VirtualAddress address) {
        MessageBuilder message = new MessageBuilder(Rtnetlink.NEWADDR)
                .u8(address.isFour() ? Rtnetlink.AF_INET : Rtnetlink.AF_INET6)
                .u8(address.prefix())
                .u8(address.flags())
                .u8(address.scope())
                .u32(link.index())
                .attribute(IFA_ADDRESS, address.ip());
        int[] cache = {FOREVER, FOREVER, 0, 0};
        if (!address.isFour()) {
            message.attribute(IFA_CACHEINFO, cache).attribute32(IFA_FLAGS, address.flags());
            boolean own = link.traits().isLoopback() && address.equals(VirtualAddress.LOOPBACK_6);
            return (own ? message.attribute8(IFA_PROTO, IFAPROT_KERNEL_LO) : message).finish();
        }
        message.attribute(IFA_LOCAL, address.ip());
        if (address.isBroadcasting()) {
            message.attribute(IFA_BROADCAST, address.broadcast());
        }
        return message.attribute(IFA_LABEL, link.name())
                .attribute32(IFA_FLAGS, address.flags())
                .attribute(IFA_CACHEINFO, cache)
                .finish();
    }

    /** fib_dump_info in net/ipv4/fib_semantics.c, rt6_fill_node in net/ipv6/route.c. */
    static byte[] route(FibRoute route) {
        MessageBuilder message = new MessageBuilder(Rtnetlink.NEWROUTE)
                .u8(route.family())
                .u8(route.prefix())
                .u8(0)
                .u8(0)
                .u8(route.table())
                .u8(route.protocol())
                .u8(route.scope())
                .u8(route.type())
                .u32(0)
                .attribute32(RTA_TABLE, route.table());
        if (route.prefix() > 0) {
            message.attribute(RTA_DST, route.destination());
        }
        if (!route.isFour()) {
            message.attribute32(RTA_PRIORITY, route.priority());
        }
        route.source().ifPresent(source -> message.attribute(RTA_PREFSRC, source));
        route.gateway().ifPresent(gateway -> message.attribute(RTA_GATEWAY, gateway));
        message.attribute32(RTA_OIF, route.link());
        return route.isFour()
                ? message.finish()
                : message.attribute(RTA_CACHEINFO, new byte[CACHEINFO_SIZE])
                        .attribute8(RTA_PREF, 0)
                        .finish();
    }

    /** fib_nl_fill_rule in net/core/fib_rules.c: the rules that every namespace begins with. */
    static List<byte[]> rules(int family) {
        List<byte[]> rules = new ArrayList<>();
        if (family != Rtnetlink.AF_INET6) {
            rules.add(rule(Rtnetlink.AF_INET, FibRoute.TABLE_LOCAL, 0));
            rules.add(rule(Rtnetlink.AF_INET, FibRoute.TABLE_MAIN, PRIORITY_MAIN));
            rules.add(rule(Rtnetlink.AF_INET, TABLE_DEFAULT, PRIORITY_DEFAULT));
        }
        if (family != Rtnetlink.AF_INET) {
            rules.add(rule(Rtnetlink.AF_INET6, FibRoute.TABLE_LOCAL, 0));
            rules.add(rule(Rtnetlink.AF_INET6, FibRoute.TABLE_MAIN, PRIORITY_MAIN));
        }
        return rules;
    }

    private static byte[] rule(int family, int table, int priority) {
        MessageBuilder message = new MessageBuilder(Rtnetlink.NEWRULE)
                .u8(family)
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(table)
                .u8(0)
                .u8(0)
                .u8(FR_ACT_TO_TBL)
                .u32(0)
                .attribute32(FRA_TABLE, table)
                .attribute32(FRA_SUPPRESS_PREFIXLEN, -1)
                .attribute8(FRA_PROTOCOL, FibRoute.KERNEL);
        return (priority == 0 ? message : message.attribute32(FRA_PRIORITY, priority)).finish();
    }

    /**
     * inet_netconf_fill_devconf in net/ipv4/devinet.c, inet6_netconf_fill_devconf in net/ipv6/addrconf.c.
     *
     * @param index of an interface; -1 for all, -2 for those to come
     */
    static byte[] netconf(int family, int index) {
        MessageBuilder message = new MessageBuilder(Rtnetlink.NEWNETCONF)
                .u8(family)
                .u8(0)
                .u16(0)
                .attribute32(NETCONFA_IFINDEX, index)
                .attribute32(NETCONFA_FORWARDING, 0);
        if (family == Rtnetlink.AF_INET) {
            message.attribute32(NETCONFA_RP_FILTER, 0)
                    .attribute32(NETCONFA_MC_FORWARDING, 0)
                    .attribute32(NETCONFA_BC_FORWARDING, 0);
        } else {
            message.attribute32(NETCONFA_MC_FORWARDING, 0);
        }
        return message.attribute32(NETCONFA_PROXY_NEIGH, 0)
                .attribute32(NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN, 0)
                .finish();
    }
}
