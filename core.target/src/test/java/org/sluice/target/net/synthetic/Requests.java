package org.sluice.target.net.synthetic;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Requests as programs make them, and such as hold a mistake. */
final class Requests {

    private static final int LINK = Rtnetlink.GETLINK;
    private static final int ADDRESS = Rtnetlink.GETADDR;
    private static final int ROUTE = Rtnetlink.GETROUTE;
    private static final int[] FAMILIES = {0, 2, 10};
    private static final int FIB_MATCH = 0x2000;
    private static final int LOOKUP_TABLE = 0x1000;

    private Requests() {}

    static List<byte[]> all() {
        List<byte[]> all = new ArrayList<>();
        links(all);
        addresses(all);
        routes(all);
        lookups(all);
        others(all);
        oddities(all);
        return all;
    }

    private static Asking linkBody(Asking asking, int family, int index) {
        return asking.body(family, 0, 0, 0).word(index).word(0).word(0);
    }

    private static void links(List<byte[]> all) {
        all.add(Asking.dump(LINK).body(0).finish());
        all.add(Asking.dump(LINK).body(0, 0, 0, 0).finish());
        all.add(linkBody(Asking.dump(LINK), 10, 0).finish());
        for (int mask : new int[] {0, 1, 8, 9}) {
            all.add(linkBody(Asking.dump(LINK), 0, 0).number(29, mask).finish());
        }
        all.add(linkBody(Asking.dump(LINK), 0, 2).finish());
        all.add(linkBody(Asking.dump(LINK), 0, 0).number(10, 7).finish());
        // IFLA_LINKINFO with IFLA_INFO_KIND.
        all.add(linkBody(Asking.dump(LINK), 0, 0)
                .attribute(18, bytes(9, 0, 1, 0, 'v', 'e', 't', 'h', 0))
                .finish());
        all.add(linkBody(Asking.dump(LINK), 0, 0).text(3, "eth0").finish());
        for (int index : new int[] {-1, 0, 1, 2, 3, 4, 77}) {
            all.add(linkBody(Asking.one(LINK), 0, index).finish());
        }
        for (String name : new String[] {"lo", "eth0", "eth9", "none", "", "a-name-that-is-too-long"}) {
            all.add(linkBody(Asking.one(LINK), 0, 0).text(3, name).finish());
            all.add(linkBody(Asking.of(LINK, Nlmsg.ACK, 5), 0, 0)
                    .text(53, name)
                    .number(29, 9)
                    .finish());
        }
        all.add(linkBody(Asking.one(LINK), 10, 1).finish());
        all.add(linkBody(Asking.one(LINK), 0, 1).number(4, 1500).finish());
        all.add(Asking.one(LINK).body(0, 0, 0, 0).word(1).word(1).word(0).finish());
        all.add(Asking.one(LINK).body(0, 0, 0, 0).finish());
    }

    private static void addresses(List<byte[]> all) {
        for (int family : FAMILIES) {
            all.add(Asking.dump(ADDRESS).body(family).finish());
            for (int index : new int[] {0, 1, 2, 77}) {
                all.add(Asking.dump(ADDRESS).body(family, 0, 0, 0).word(index).finish());
            }
            all.add(Asking.dump(ADDRESS).body(family, 24, 0, 0).word(0).finish());
            all.add(Asking.dump(ADDRESS)
                    .body(family, 0, 0, 0)
                    .word(0)
                    .number(2, 5)
                    .finish());
            all.add(Asking.one(ADDRESS)
                    .body(family, 0, 0, 0)
                    .word(2)
                    .attribute(1, ip("fd00::5"))
                    .finish());
            all.add(Asking.one(ADDRESS)
                    .body(family, 0, 0, 0)
                    .word(0)
                    .attribute(1, ip("fd00::6"))
                    .finish());
            all.add(Asking.one(ADDRESS).body(family, 0, 0, 0).word(0).finish());
        }
    }

    private static void routes(List<byte[]> all) {
        for (int family : FAMILIES) {
            all.add(Asking.dump(ROUTE).body(family).finish());
            for (int table : new int[] {0, 253, 254, 255}) {
                all.add(route(Asking.dump(ROUTE), family, 0, table, 0, 0).finish());
                all.add(route(Asking.dump(ROUTE), family, 0, 0, 0, 0)
                        .number(15, table)
                        .finish());
            }
            all.add(route(Asking.dump(ROUTE), family, 0, 0, 2, 0).finish());
            all.add(route(Asking.dump(ROUTE), family, 0, 0, 3, 0).finish());
            all.add(route(Asking.dump(ROUTE), family, 0, 0, 0, RouteQueries.CLONED)
                    .finish());
            all.add(route(Asking.dump(ROUTE), family, 0, 0, 0, RouteQueries.PREFIX)
                    .finish());
            all.add(route(Asking.dump(ROUTE), family, 0, 0, 0, 1).finish());
            all.add(route(Asking.dump(ROUTE), family, 24, 0, 0, 0).finish());
            all.add(route(Asking.dump(ROUTE), family, 0, 0, 0, 0).number(4, 2).finish());
            all.add(route(Asking.dump(ROUTE), family, 0, 0, 0, 0).number(4, 77).finish());
            all.add(route(Asking.dump(ROUTE), family, 0, 0, 0, 0).number(6, 2).finish());
            all.add(route(Asking.one(ROUTE), family, 0, 0, 0, 0).finish());
        }
    }

    private static void lookups(List<byte[]> all) {
        String[] four = {
            "10.9.1.1", "198.51.100.1", "127.0.0.5", "10.1.2.3", "10.1.2.77", "10.1.2.255", "169.254.3.9", "192.0.2.1"
        };
        String[] six = {"fd00::7", "fd00::5", "::1", "2001:db8::1", "fd99::8"};
        for (int flags : new int[] {0, LOOKUP_TABLE, FIB_MATCH}) {
            for (String to : four) {
                all.add(route(Asking.one(ROUTE), 2, 32, 0, 0, flags)
                        .attribute(1, ip(to))
                        .finish());
            }
            for (String to : six) {
                all.add(route(Asking.one(ROUTE), 10, 128, 0, 0, flags)
                        .attribute(1, ip(to))
                        .finish());
            }
        }
        all.add(route(Asking.one(ROUTE), 2, 32, 0, 0, 0)
                .attribute(1, ip("10.1.2.77"))
                .number(4, 2)
                .finish());
        all.add(route(Asking.one(ROUTE), 2, 32, 0, 0, 0)
                .attribute(1, ip("10.1.2.77"))
                .number(4, 77)
                .finish());
        all.add(route(Asking.one(ROUTE), 2, 32, 0, 0, 0)
                .attribute(1, ip("10.1.2.77"))
                .finish());
        all.add(Asking.one(ROUTE)
                .body(2, 32, 32, 0, 0, 0, 0, 0)
                .word(0)
                .attribute(1, ip("10.1.2.77"))
                .attribute(2, ip("10.1.2.3"))
                .finish());
        all.add(Asking.one(ROUTE)
                .body(2, 32, 32, 0, 0, 0, 0, 0)
                .word(0)
                .attribute(1, ip("10.1.2.77"))
                .attribute(2, ip("10.1.2.99"))
                .finish());
        all.add(route(Asking.one(ROUTE), 2, 0, 0, 0, 0)
                .attribute(1, ip("10.1.2.77"))
                .finish());
        all.add(route(Asking.one(ROUTE), 10, 0, 0, 0, 0)
                .attribute(1, ip("fd00::7"))
                .finish());
        all.add(route(Asking.one(ROUTE), 2, 24, 0, 0, 0)
                .attribute(1, ip("10.1.2.77"))
                .finish());
        all.add(route(Asking.one(ROUTE), 2, 32, 0, 0, 0)
                .attribute(1, bytes(10, 1))
                .finish());
        all.add(route(Asking.one(ROUTE), 2, 32, 0, 0, 0)
                .attribute(1, ip("10.1.2.77"))
                .number(9, 1)
                .finish());
        all.add(Asking.one(ROUTE).body(2, 32, 0, 0).finish());
        all.add(Asking.one(ROUTE).body(10, 128, 0, 0).finish());
    }

    private static Asking route(Asking asking, int family, int length, int table, int protocol, int flags) {
        return asking.body(family, length, 0, 0, table, protocol, 0, 0).word(flags);
    }

    private static void others(List<byte[]> all) {
        for (int family : FAMILIES) {
            all.add(Asking.dump(Rtnetlink.GETRULE).body(family).finish());
            all.add(Asking.dump(Rtnetlink.GETRULE)
                    .body(family, 0, 0, 0, 0, 0, 0, 0)
                    .word(0)
                    .finish());
            all.add(Asking.dump(Rtnetlink.GETRULE)
                    .body(family, 0, 0, 0, 9, 0, 0, 0)
                    .word(0)
                    .finish());
            all.add(Asking.one(Rtnetlink.GETRULE)
                    .body(family, 0, 0, 0, 0, 0, 0, 0)
                    .word(0)
                    .finish());
            all.add(Asking.dump(Rtnetlink.GETNEIGH)
                    .body(family, 0, 0, 0)
                    .word(0)
                    .word(0)
                    .finish());
            all.add(Asking.dump(Rtnetlink.GETNEIGH)
                    .body(family, 0, 0, 0)
                    .word(0)
                    .word(0)
                    .number(8, 2)
                    .finish());
            all.add(Asking.dump(Rtnetlink.GETNEIGH)
                    .body(family, 0, 0, 0)
                    .word(5)
                    .word(0)
                    .finish());
            all.add(Asking.one(Rtnetlink.GETNEIGH)
                    .body(family, 0, 0, 0)
                    .word(2)
                    .word(0)
                    .attribute(1, ip("10.1.2.1"))
                    .finish());
            all.add(Asking.one(Rtnetlink.GETNEIGH)
                    .body(family, 0, 0, 0)
                    .word(0)
                    .word(0)
                    .finish());
            all.add(Asking.dump(Rtnetlink.GETNETCONF).body(family).finish());
            for (int index : new int[] {1, -1, -2, 77}) {
                all.add(Asking.one(Rtnetlink.GETNETCONF)
                        .body(family, 0, 0, 0)
                        .number(1, index)
                        .finish());
            }
            all.add(Asking.one(Rtnetlink.GETNETCONF).body(family, 0, 0, 0).finish());
        }
    }

    private static void oddities(List<byte[]> all) {
        all.add(new byte[1]);
        all.add(new byte[15]);
        all.add(new byte[16]);
        all.add(new byte[64]);
        all.add(Asking.one(LINK).finish());
        all.add(Asking.of(LINK, Nlmsg.ACK, 9).finish());
        all.add(Asking.of(2, Nlmsg.ACK, 9).finish());
        all.add(Asking.of(124, 0, 9).body(0, 0, 0, 0).finish());
        all.add(Asking.of(0xffff, 0, 9).body(0, 0, 0, 0).finish());
        for (int type : new int[] {16, 17, 19, 20, 21, 24, 25, 28, 32, 81}) {
            all.add(linkBody(Asking.of(type, Nlmsg.ACK, 9), 0, 1).finish());
            all.add(linkBody(Asking.of(type, 0x600, 9), 2, 1).finish());
        }
        // Several in one datagram.
        all.add(Mutations.joined(
                linkBody(Asking.one(LINK), 0, 1).finish(),
                linkBody(Asking.one(LINK), 0, 77).finish(),
                linkBody(Asking.of(LINK, Nlmsg.ACK, 9), 0, 2).finish(),
                Asking.dump(ADDRESS).body(2, 0, 0, 0).word(0).finish(),
                linkBody(Asking.of(16, 0, 9), 0, 1).finish()));
    }

    static byte[] ip(String text) {
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
