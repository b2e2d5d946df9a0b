package org.sluice.target.net.synthetic;

import java.util.ArrayList;
import java.util.List;
import org.sluice.linux.Errno;

/** Dumps of RTM_GETROUTE: inet_dump_fib in net/ipv4/fib_frontend.c, inet6_dump_fib in net/ipv6/ip6_fib.c. */
final class RouteQueries {

    private static final int RTA_OIF = 4;
    private static final int RTA_TABLE = 15;

    /** struct rtmsg. */
    static final int DST_LEN = 1;

    static final int SRC_LEN = 2;
    static final int TOS = 3;
    static final int TABLE = 4;
    static final int PROTOCOL = 5;
    static final int SCOPE = 6;
    static final int TYPE = 7;
    static final int FLAGS = 8;

    static final int CLONED = 0x200;
    static final int PREFIX = 0x800;

    private static final Policy POLICY = Policy.route4();

    private RouteQueries() {}

    /** Which routes are asked for; 0 is any. */
    private record Filter(int flags, int table, int protocol, int type, int link) {

        boolean isSet() {
            return flags != 0 || table != 0 || protocol != 0 || type != 0 || link != 0;
        }

        boolean takes(FibRoute route) {
            return (table == 0 || table == route.table())
                    && (protocol == 0 || protocol == route.protocol())
                    && (type == 0 || type == route.type())
                    && (link == 0 || link == route.link());
        }
    }

    /** Of both families. */
    static Answer dump(Request request, boolean strict, Interfaces interfaces, Extack extack) {
        return dump(request, strict, interfaces, extack, Rtnetlink.AF_UNSPEC);
    }

    static Answer dumpFour(Request request, boolean strict, Interfaces interfaces, Extack extack) {
        return dump(request, strict, interfaces, extack, Rtnetlink.AF_INET);
    }

    static Answer dumpSix(Request request, boolean strict, Interfaces interfaces, Extack extack) {
        return dump(request, strict, interfaces, extack, Rtnetlink.AF_INET6);
    }

    private static Answer dump(Request request, boolean strict, Interfaces interfaces, Extack extack, int family) {
        Filter filter = new Filter(flags(request), 0, 0, 0, 0);
        if (strict) {
            int wrong = header(request, extack);
            Attributes given =
                    Attributes.of(request, Rtnetlink.ROUTE_BODY, POLICY, true, wrong == 0 ? extack : new Extack());
            if (wrong == 0) {
                wrong = attributes(given, interfaces, extack);
            }
            if (wrong != 0) {
                return Answer.failedDump(wrong);
            }
            filter = filter(request, given);
            boolean none = family == Rtnetlink.AF_INET && (filter.flags & PREFIX) != 0;
            if (!none
                    && filter.table != 0
                    && filter.table != FibRoute.TABLE_MAIN
                    && filter.table != FibRoute.TABLE_LOCAL) {
                return family == Rtnetlink.AF_UNSPEC
                        ? new Answer.Dump(List.of(), true, 0)
                        : new Answer.Dump(List.of(), true, missing(extack, family));
            }
        }
        List<byte[]> messages = new ArrayList<>();
        for (FibRoute route : interfaces.routes().all()) {
            boolean asked = family == Rtnetlink.AF_UNSPEC || family == route.family();
            // Clones are what is kept of single destinations; prefixes are what routers announce. There are none of
            // both.
            if (asked && (filter.flags & (strict ? CLONED | PREFIX : PREFIX)) == 0 && filter.takes(route)) {
                messages.add(NetworkMessages.route(route));
            }
        }
        return new Answer.Dump(messages, strict, 0, strict && filter.isSet());
    }

    private static int missing(Extack extack, int family) {
        String text = "FIB table does not exist";
        return extack.fail(Errno.ENOENT, (family == Rtnetlink.AF_INET ? "ipv4: " : "ipv6: ") + text);
    }

    private static int flags(Request request) {
        return request.bodyLength() < Rtnetlink.ROUTE_BODY ? 0 : request.body32(FLAGS) & (CLONED | PREFIX);
    }

    /** ip_valid_fib_dump_req. */
    private static int header(Request request, Extack extack) {
        if (request.bodyLength() < Rtnetlink.ROUTE_BODY) {
            return extack.fail(Errno.EINVAL, "Invalid header for FIB dump request");
        }
        if (request.body8(DST_LEN) != 0
                || request.body8(SRC_LEN) != 0
                || request.body8(TOS) != 0
                || request.body8(SCOPE) != 0) {
            return extack.fail(Errno.EINVAL, "Invalid values in header for FIB dump request");
        }
        return (request.body32(FLAGS) & ~(CLONED | PREFIX)) == 0
                ? 0
                : extack.fail(Errno.EINVAL, "Invalid flags for FIB dump request");
    }

    private static int attributes(Attributes given, Interfaces interfaces, Extack extack) {
        if (given.error() != 0) {
            return given.error();
        }
        boolean unknown =
                given.has(RTA_OIF) && interfaces.find(given.u32(RTA_OIF)).isEmpty();
        if (unknown) {
            return -Errno.ENODEV;
        }
        return given.only(RTA_TABLE, RTA_OIF) ? 0 : extack.fail(Errno.EINVAL, "Unsupported attribute in dump request");
    }

    private static Filter filter(Request request, Attributes given) {
        return new Filter(
                flags(request),
                given.has(RTA_TABLE) ? given.u32(RTA_TABLE) : request.body8(TABLE),
                request.body8(PROTOCOL),
                request.body8(TYPE),
                given.has(RTA_OIF) ? given.u32(RTA_OIF) : 0);
    }
}
