package org.sluice.target.net.synthetic;

import org.sluice.linux.Errno;

/**
 * What the kernel refuses in a request for one route (inet_rtm_valid_getroute_req in net/ipv4/route.c, its like in
 * net/ipv6/route.c). Each check gives 0 or the negative errno, which {@code extack} explains.
 */
final class RouteLookupCheck {

    private RouteLookupCheck() {}

    /** Checks the body; of the fields most have to be 0. */
    static int header(Request request, boolean strict, Extack extack, boolean four) {
        if (request.bodyLength() < Rtnetlink.ROUTE_BODY) {
            return extack.fail(
                    Errno.EINVAL,
                    four ? "ipv4: Invalid header for route get request" : "ipv6: Invalid header for get route request");
        }
        if (!strict) {
            return 0;
        }
        int bits = four ? 32 : 128;
        boolean plain = isNoneOr(request.body8(RouteQueries.SRC_LEN), bits)
                && isNoneOr(request.body8(RouteQueries.DST_LEN), bits)
                && request.body8(RouteQueries.TABLE) == 0
                && request.body8(RouteQueries.PROTOCOL) == 0
                && request.body8(RouteQueries.SCOPE) == 0
                && request.body8(RouteQueries.TYPE) == 0;
        if (!plain) {
            return extack.fail(
                    Errno.EINVAL,
                    four
                            ? "ipv4: Invalid values in header for route get request"
                            : "ipv6: Invalid values in header for get route request");
        }
        int unknown = request.body32(RouteQueries.FLAGS) & ~(four ? RouteLookup.KNOWN_FLAGS : RouteLookup.FIB_MATCH);
        return unknown == 0
                ? 0
                : extack.fail(
                        Errno.EINVAL,
                        four
                                ? "ipv4: Unsupported rtm_flags for route get request"
                                : "ipv6: Invalid flags for get route request");
    }

    private static boolean isNoneOr(int value, int other) {
        return value == 0 || value == other;
    }

    /** Checks what only strict requests are checked for. */
    static int attributes(Request request, Attributes given, Extack extack, boolean four) {
        boolean lengths = (!given.has(RouteLookup.RTA_SRC) || request.body8(RouteQueries.SRC_LEN) != 0)
                && (!given.has(RouteLookup.RTA_DST) || request.body8(RouteQueries.DST_LEN) != 0);
        if (!lengths) {
            return extack.fail(
                    Errno.EINVAL,
                    four
                            ? "ipv4: rtm_src_len and rtm_dst_len must be 32 for IPv4"
                            : "ipv6: rtm_src_len and rtm_dst_len must be 128 for IPv6");
        }
        return given.only(
                        RouteLookup.RTA_IIF,
                        RouteLookup.RTA_OIF,
                        RouteLookup.RTA_SRC,
                        RouteLookup.RTA_DST,
                        RouteLookup.RTA_IP_PROTO,
                        RouteLookup.RTA_SPORT,
                        RouteLookup.RTA_DPORT,
                        RouteLookup.RTA_MARK,
                        RouteLookup.RTA_UID)
                ? 0
                : extack.fail(
                        Errno.EINVAL,
                        four
                                ? "ipv4: Unsupported attribute in route get request"
                                : "ipv6: Unsupported attribute in get route request");
    }
}
