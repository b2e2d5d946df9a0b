package org.sluice.target.net.synthetic;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sluice.notify.Bytes;

/**
 * The files of {@code /proc/net} that tell of interfaces and routes, as net/core/net-procfs.c, net/ipv4/fib_trie.c,
 * net/ipv6/addrconf.c and net/ipv6/route.c write them; and those that list sockets and neighbours, of which there are none in
 * such a network. Stateless.
 */
final class NetworkTexts {

    private static final String NO_SOCKETS_6 =
            "  sl  local_address                         remote_address                        st tx_queue rx_queue tr"
                    + " tm->when retrnsmt   uid  timeout inode";

    private static final String SOCKETS =
            "sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

    private static final String QUEUED = " ref pointer drops";

    /** Those whose content is the same whatever interfaces there are: a head, filled up with spaces. */
    private static final Map<String, String> HEADS = Map.of(
            "tcp",
            "%-149s\n".formatted("  " + SOCKETS),
            "tcp6",
            NO_SOCKETS_6 + "\n",
            "udp",
            "%-127s\n".formatted("   " + SOCKETS + QUEUED),
            "udp6",
            NO_SOCKETS_6 + QUEUED + "\n",
            "udplite",
            "%-127s\n".formatted("   " + SOCKETS + QUEUED),
            "udplite6",
            NO_SOCKETS_6 + QUEUED + "\n",
            "raw",
            "  " + SOCKETS + QUEUED + "\n",
            "raw6",
            NO_SOCKETS_6 + QUEUED + "\n",
            "unix",
            "Num       RefCount Protocol Flags    Type St Inode Path\n",
            "arp",
            "IP address       HW type     Flags       HW address            Mask     Device\n");

    private static final String DEVICES =
            """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
            """;

    private static final String NO_COUNTS =
            ":       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0\n";

    private static final String ROUTES =
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT";
    private static final int ROUTE_WIDTH = 127;

    /** RTF_* of linux/route.h and linux/ipv6_route.h. */
    private static final int UP = 1;

    private static final int GATEWAY = 2;
    private static final int HOST = 4;
    private static final int LOCAL = 0x80200000;

    /** Of an IPv6 address: IPV6_ADDR_LOOPBACK, _LINKLOCAL, _SITELOCAL of net/ipv6.h. */
    private static final Map<Integer, Integer> SCOPES =
            Map.of(VirtualAddress.SCOPE_HOST, 0x10, VirtualAddress.SCOPE_LINK, 0x20, VirtualAddress.SCOPE_SITE, 0x40);

    private static final String NOWHERE = "0".repeat(32);

    private NetworkTexts() {}

    /** The content of a file; empty for one that is not told. */
    static Optional<String> of(String name, Interfaces interfaces) {
        return Optional.ofNullable(
                switch (name) {
                    case "dev" -> devices(interfaces);
                    case "route" -> routes(interfaces);
                    case "if_inet6" -> addresses(interfaces);
                    case "ipv6_route" -> routes6(interfaces);
                    default -> HEADS.get(name);
                });
    }

    private static String devices(Interfaces interfaces) {
        return interfaces.links().stream()
                .map(link -> "%6s".formatted(link.name()) + NO_COUNTS)
                .collect(Collectors.joining("", DEVICES, ""));
    }

    private static String routes(Interfaces interfaces) {
        StringBuilder text = new StringBuilder(wide(ROUTES));
        for (FibRoute route : interfaces.routes().all()) {
            if (route.isFour() && route.table() == FibRoute.TABLE_MAIN) {
                int flags = UP | (route.gateway().isPresent() ? GATEWAY : 0) | (route.prefix() == 32 ? HOST : 0);
                text.append(wide("%s\t%s\t%s\t%04X\t0\t0\t0\t%s\t0\t0\t0"
                        .formatted(
                                name(interfaces, route),
                                word(route.destination()),
                                word(route.gateway().orElse(Bytes.of(new byte[4]))),
                                flags,
                                word(VirtualAddress.masked(Bytes.of(ones()), route.prefix())))));
            }
        }
        return text.toString();
    }

    private static byte[] ones() {
        return new byte[] {-1, -1, -1, -1};
    }

    private static String wide(String line) {
        return line + " ".repeat(Math.max(0, ROUTE_WIDTH - line.length())) + "\n";
    }

    /** An address as the machine's number that its bytes are in memory. */
    private static String word(Bytes four) {
        int value = java.nio.ByteBuffer.wrap(four.toArray())
                .order(java.nio.ByteOrder.nativeOrder())
                .getInt();
        return "%08X".formatted(value);
    }

    private static String addresses(Interfaces interfaces) {
        StringBuilder text = new StringBuilder();
        for (VirtualLink link : interfaces.links()) {
            for (VirtualAddress address : link.six()) {
                text.append("%s %02x %02x %02x %02x %8s\n"
                        .formatted(
                                hex(address.ip()),
                                link.index(),
                                address.prefix(),
                                SCOPES.getOrDefault(address.scope(), 0),
                                address.flags() & 0xff,
                                link.name()));
            }
        }
        return text.toString();
    }

    private static String routes6(Interfaces interfaces) {
        StringBuilder text = new StringBuilder();
        for (FibRoute route : interfaces.routes().all()) {
            if (!route.isFour()) {
                int flags =
                        UP | (route.gateway().isPresent() ? GATEWAY : 0) | (route.type() == FibRoute.LOCAL ? LOCAL : 0);
                text.append(route6(
                        hex(route.destination()),
                        route.prefix(),
                        route.gateway().map(NetworkTexts::hex).orElse(NOWHERE),
                        route.priority(),
                        flags,
                        name(interfaces, route)));
            }
        }
        // Where no route leads: RTF_REJECT, RTF_NONEXTHOP.
        return text.append(route6(NOWHERE, 0, NOWHERE, -1, 0x0020_0200, "lo")).toString();
    }

    private static String route6(String to, int prefix, String gateway, int priority, int flags, String name) {
        return String.format(
                Locale.ROOT,
                "%s %02x %s 00 %s %08x 00000001 00000000 %08x %8s\n",
                to,
                prefix,
                NOWHERE,
                gateway,
                priority,
                flags,
                name);
    }

    private static String name(Interfaces interfaces, FibRoute route) {
        return interfaces.find(route.link()).map(VirtualLink::name).orElse("*");
    }

    private static String hex(Bytes bytes) {
        return HexFormat.of().formatHex(bytes.toArray());
    }
}
