package org.sluice.target.net.synthetic;

import java.util.Optional;
import java.util.Set;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.Bytes;

/**
 * Single requests of RTM_GETROUTE, {@code ip route get}: inet_rtm_getroute in net/ipv4/route.c, inet6_rtm_getroute in
 * net/ipv6/route.c. What a packet that comes in by an interface (RTA_IIF) would meet is not answered but with
 * EHOSTUNREACH, since none comes in.
 */
final class RouteLookup {

    static final int RTA_DST = 1;
    static final int RTA_SRC = 2;
    static final int RTA_IIF = 3;
    static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_PREFSRC = 7;
    private static final int RTA_CACHEINFO = 12;
    private static final int RTA_TABLE = 15;
    static final int RTA_MARK = 16;
    private static final int RTA_PREF = 20;
    static final int RTA_UID = 25;
    static final int RTA_IP_PROTO = 27;
    static final int RTA_SPORT = 28;
    static final int RTA_DPORT = 29;
    private static final int CACHEINFO_SIZE = 32;

    private static final int NOTIFY = 0x100;
    private static final int RTCF_NOTIFY = 0x10000;
    private static final int LOOKUP_TABLE = 0x1000;
    static final int FIB_MATCH = 0x2000;
    static final int KNOWN_FLAGS = NOTIFY | LOOKUP_TABLE | FIB_MATCH;

    private static final int RTCF_BROADCAST = 0x10000000;
    private static final int RTCF_MULTICAST = 0x20000000;
    private static final int RTCF_LOCAL = 0x80000000;

    /** ICMP, TCP, UDP, ICMPv6. */
    private static final Set<Integer> TRANSPORTS = Set.of(1, 6, 17, 58);

    private static final int LOOPBACK = 1;
    private static final Bytes ALL_HOSTS = Bytes.of((byte) 224, (byte) 0, (byte) 0, (byte) 1);
    private static final Bytes EVERYONE = Bytes.of((byte) 255, (byte) 255, (byte) 255, (byte) 255);

    private static final Policy FOUR = Policy.route4();
    private static final Policy SIX = Policy.route6();

    private final Interfaces interfaces;
    private final SourceAddresses sources;
    private final Attributes given;
    private final boolean four;
    private final int flags;

    private RouteLookup(Interfaces interfaces, Attributes given, boolean four, int flags) {
        this.interfaces = interfaces;
        this.sources = new SourceAddresses(interfaces);
        this.given = given;
        this.four = four;
        this.flags = flags;
    }

    static Answer four(Request request, boolean strict, Interfaces interfaces, Extack extack) {
        return answer(request, strict, interfaces, extack, true);
    }

    static Answer six(Request request, boolean strict, Interfaces interfaces, Extack extack) {
        return answer(request, strict, interfaces, extack, false);
    }

    private static Answer answer(Request request, boolean strict, Interfaces interfaces, Extack extack, boolean four) {
        int wrong = RouteLookupCheck.header(request, strict, extack, four);
        if (wrong != 0) {
            return new Answer.Status(wrong);
        }
        Attributes given = Attributes.of(request, Rtnetlink.ROUTE_BODY, four ? FOUR : SIX, strict, extack);
        wrong = given.error() == 0 && strict
                ? RouteLookupCheck.attributes(request, given, extack, four)
                : given.error();
        if (wrong != 0) {
            return new Answer.Status(wrong);
        }
        if (!four && (isShort(given, RTA_SRC) || isShort(given, RTA_DST))) {
            return new Answer.Status(-Errno.EINVAL);
        }
        if (given.has(RTA_IP_PROTO) && !TRANSPORTS.contains(given.u8(RTA_IP_PROTO))) {
            return new Answer.Status(extack.fail(Errno.EOPNOTSUPP, "Unsupported ip proto"));
        }
        for (int link : new int[] {RTA_IIF, RTA_OIF}) {
            int index = given.has(link) ? given.u32(link) : 0;
            if (index != 0 && interfaces.find(index).isEmpty()) {
                return new Answer.Status(link == RTA_IIF || four ? -Errno.ENODEV : -Errno.ENETUNREACH);
            }
        }
        if (given.has(RTA_IIF) && given.u32(RTA_IIF) != 0) {
            return new Answer.Status(-Errno.EHOSTUNREACH);
        }
        return new RouteLookup(interfaces, given, four, request.body32(RouteQueries.FLAGS)).find();
    }

    private static boolean isShort(Attributes given, int type) {
        return given.has(type) && given.length(type) < 16;
    }

    private Answer find() {
        Bytes to = address(RTA_DST);
        Bytes from = address(RTA_SRC);
        if (four && isGroup(from)) {
            return new Answer.Status(-Errno.EINVAL);
        }
        if (four && !isAny(from) && sources.owner(from).isEmpty()) {
            return new Answer.Status(-Errno.ENETUNREACH);
        }
        if (four && isAny(to)) {
            if ((flags & FIB_MATCH) != 0) {
                return new Answer.Status(-Errno.EHOSTUNREACH);
            }
            to = isAny(from) ? sources.ownFor(given.has(RTA_OIF) ? given.u32(RTA_OIF) : 0) : from;
            // No table was looked into.
            int table = (flags & LOOKUP_TABLE) != 0 ? 0 : FibRoute.TABLE_MAIN;
            return new Answer.One(
                    resultFour(table, address(RTA_DST), from, FibRoute.LOCAL, LOOPBACK, to, Optional.empty()));
        }
        int link = given.has(RTA_OIF) ? given.u32(RTA_OIF) : 0;
        Optional<FibRoute> route = interfaces.routes().to(to, link);
        if (route.isEmpty() && link != 0) {
            route = interfaces.routes().to(to, 0).filter(each -> each.type() == FibRoute.LOCAL);
        }
        if (four && (flags & FIB_MATCH) == 0 && isGroup(to)) {
            return group(to, from, link, route);
        }
        if (route.isEmpty()) {
            return four && link != 0 && (flags & FIB_MATCH) == 0
                    ? new Answer.One(resultFour(to, from, FibRoute.UNICAST, link, sources.on(link), Optional.empty()))
                    : new Answer.Status(four && link != 0 ? -Errno.EHOSTUNREACH : -Errno.ENETUNREACH);
        }
        return new Answer.One(result(to, from, route.get()));
    }

    private byte[] result(Bytes to, Bytes from, FibRoute route) {
        if (!four) {
            return resultSix(to, from, route);
        }
        if ((flags & FIB_MATCH) != 0) {
            return NetworkMessages.route(inMain(route, isGroup(to) ? FibRoute.MULTICAST : route.type()));
        }
        Bytes source = route.source().orElseGet(() -> sources.towards(route));
        int link = route.type() == FibRoute.LOCAL ? LOOPBACK : route.link();
        return resultFour(to, from, route.type(), link, source, route.gateway());
    }

    /** Both tables are one until somebody adds a rule (fib_unmerge), and the kernel tells the name of that one. */
    private static FibRoute inMain(FibRoute route, int type) {
        return new FibRoute(
                FibRoute.TABLE_MAIN,
                route.destination(),
                route.prefix(),
                route.protocol(),
                route.scope(),
                type,
                route.source(),
                route.priority(),
                route.gateway(),
                route.link());
    }

    private static boolean isGroup(Bytes to) {
        return (to.at(0) & 0xf0) == 0xe0 || to.equals(EVERYONE);
    }

    /** Multicast, and the broadcast of the link: through wherever packets go. */
    private Answer group(Bytes to, Bytes from, int asked, Optional<FibRoute> route) {
        int link = route.map(FibRoute::link).orElse(asked);
        if (link == 0 && !isAny(from)) {
            link = sources.owner(from).map(VirtualLink::index).orElse(0);
        }
        if (link == 0) {
            return new Answer.Status(-Errno.ENETUNREACH);
        }
        int type = to.equals(EVERYONE) ? FibRoute.BROADCAST : FibRoute.MULTICAST;
        Bytes source = route.flatMap(FibRoute::source)
                .orElse(route.isPresent() && asked == 0 ? sources.towards(route.get()) : sources.on(link));
        return new Answer.One(resultFour(to, from, type, link, source, Optional.empty()));
    }

    /** rt_fill_info in net/ipv4/route.c. */
    private byte[] resultFour(Bytes to, Bytes from, int type, int link, Bytes source, Optional<Bytes> gateway) {
        return resultFour(FibRoute.TABLE_MAIN, to, from, type, link, source, gateway);
    }

    private byte[] resultFour(
            int table, Bytes to, Bytes from, int type, int link, Bytes source, Optional<Bytes> gateway) {
        MessageBuilder message = new MessageBuilder(Rtnetlink.NEWROUTE)
                .u8(Rtnetlink.AF_INET)
                .u8(32)
                .u8(isAny(from) ? 0 : 32)
                .u8(0)
                .u8(table)
                .u8(0)
                .u8(0)
                .u8(type)
                .u32(RouteQueries.CLONED | cache(type, to) | ((flags & NOTIFY) != 0 ? NOTIFY | RTCF_NOTIFY : 0))
                .attribute32(RTA_TABLE, table)
                .attribute(RTA_DST, to);
        if (!isAny(from)) {
            message.attribute(RTA_SRC, from);
        }
        message.attribute32(RTA_OIF, link);
        if (isAny(from)) {
            message.attribute(RTA_PREFSRC, source);
        }
        gateway.ifPresent(next -> message.attribute(RTA_GATEWAY, next));
        if (given.has(RTA_MARK) && given.u32(RTA_MARK) != 0) {
            message.attribute32(RTA_MARK, given.u32(RTA_MARK));
        }
        int uid = given.has(RTA_UID) ? given.u32(RTA_UID) : (int) Linux.call(Nr.GETUID, 0);
        return message.attribute32(RTA_UID, uid)
                .attribute(RTA_CACHEINFO, new byte[CACHEINFO_SIZE])
                .finish();
    }

    private static int cache(int type, Bytes to) {
        return switch (type) {
            case FibRoute.LOCAL -> RTCF_LOCAL;
            case FibRoute.BROADCAST -> RTCF_BROADCAST | RTCF_LOCAL;
            case FibRoute.MULTICAST -> RTCF_MULTICAST | (to.equals(ALL_HOSTS) ? RTCF_LOCAL : 0);
            default -> 0;
        };
    }

    /** rt6_fill_node in net/ipv6/route.c. */
    private byte[] resultSix(Bytes to, Bytes from, FibRoute route) {
        if ((flags & FIB_MATCH) != 0) {
            return NetworkMessages.route(route);
        }
        boolean local = route.type() == FibRoute.LOCAL;
        MessageBuilder message = new MessageBuilder(Rtnetlink.NEWROUTE)
                .u8(Rtnetlink.AF_INET6)
                .u8(128)
                .u8(128)
                .u8(0)
                .u8(route.table())
                .u8(route.protocol())
                .u8(0)
                .u8(route.type())
                .u32(0)
                .attribute32(RTA_TABLE, route.table())
                .attribute(RTA_DST, to)
                .attribute(RTA_SRC, from);
        Optional<Bytes> source = local ? Optional.of(to) : sources.six(to, route.link());
        if (isAny(from)) {
            source.ifPresent(own -> message.attribute(RTA_PREFSRC, own));
        }
        message.attribute32(RTA_PRIORITY, route.priority());
        route.gateway().ifPresent(next -> message.attribute(RTA_GATEWAY, next));
        return message.attribute32(RTA_OIF, local ? LOOPBACK : route.link())
                .attribute(RTA_CACHEINFO, new byte[CACHEINFO_SIZE])
                .attribute8(RTA_PREF, 0)
                .finish();
    }

    private Bytes address(int type) {
        int size = four ? 4 : 16;
        return given.has(type) ? given.bytes(type, size) : Bytes.of(new byte[size]);
    }

    private static boolean isAny(Bytes ip) {
        for (int i = 0; i < ip.length(); i++) {
            if (ip.at(i) != 0) {
                return false;
            }
        }
        return true;
    }
}
