package org.sluice.target.net.synthetic;

import java.util.Optional;
import org.sluice.linux.Errno;

/** RTM_GETLINK: rtnl_getlink and rtnl_dump_ifinfo in net/core/rtnetlink.c, inet6_dump_ifinfo in net/ipv6/addrconf.c. */
final class LinkQueries {

    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MASTER = 10;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_NET_NS_PID = 19;
    private static final int IFLA_NET_NS_FD = 28;
    private static final int IFLA_EXT_MASK = 29;
    private static final int IFLA_TARGET_NETNSID = 46;
    private static final int IFLA_ALT_IFNAME = 53;
    private static final int IFLA_INFO_KIND = 1;

    private static final int SKIP_STATS = 8;

    /** struct ifinfomsg. */
    private static final int PAD = 1;

    private static final int TYPE = 2;
    private static final int INDEX = 4;
    private static final int FLAGS = 8;
    private static final int CHANGE = 12;

    private static final Policy POLICY = Policy.link();
    private static final Policy INFO = new Policy(5).text(15, IFLA_INFO_KIND);

    private LinkQueries() {}

    static Answer one(Request request, boolean strict, Interfaces interfaces, Extack extack) {
        if (request.bodyLength() < Rtnetlink.LINK_BODY) {
            return new Answer.Status(extack.fail(Errno.EINVAL, "Invalid header for get link"));
        }
        if (strict && !isPlain(request)) {
            return new Answer.Status(extack.fail(Errno.EINVAL, "Invalid values in header for get link request"));
        }
        Attributes given = Attributes.of(request, Rtnetlink.LINK_BODY, POLICY, strict, extack);
        if (given.error() != 0) {
            return new Answer.Status(given.error());
        }
        if (strict && !given.only(IFLA_IFNAME, IFLA_ALT_IFNAME, IFLA_EXT_MASK, IFLA_TARGET_NETNSID)) {
            return new Answer.Status(extack.fail(Errno.EINVAL, "Unsupported attribute in get link request"));
        }
        if (given.has(IFLA_NET_NS_PID) || given.has(IFLA_NET_NS_FD)) {
            return new Answer.Status(extack.fail(Errno.EOPNOTSUPP, "specified netns attribute not supported"));
        }
        if (given.has(IFLA_TARGET_NETNSID)) {
            return new Answer.Status(-Errno.EINVAL);
        }
        int index = request.body32(INDEX);
        if (index <= 0 && !given.has(IFLA_IFNAME) && !given.has(IFLA_ALT_IFNAME)) {
            return new Answer.Status(-Errno.EINVAL);
        }
        int name = given.has(IFLA_IFNAME) ? IFLA_IFNAME : IFLA_ALT_IFNAME;
        Optional<VirtualLink> link = index > 0 ? interfaces.find(index) : interfaces.find(given.text(name));
        return link.<Answer>map(found -> new Answer.One(LinkMessages.full(found, counters(given))))
                .orElse(new Answer.Status(-Errno.ENODEV));
    }

    static Answer dump(Request request, boolean strict, Interfaces interfaces, Extack extack) {
        int body = Rtnetlink.LINK_BODY;
        if (strict) {
            int wrong = header(request, extack);
            if (wrong != 0) {
                return Answer.failedDump(wrong);
            }
        } else if (request.bodyLength() < body) {
            body = 1;
        }
        Attributes given = Attributes.of(request, body, POLICY, strict, extack);
        if (given.error() != 0) {
            // Without strict checks a filter that cannot be read is none.
            return strict ? Answer.failedDump(given.error()) : all(interfaces, true);
        }
        if (given.has(IFLA_TARGET_NETNSID)) {
            return Answer.failedDump(extack.fail(Errno.EINVAL, "Invalid target network namespace id"));
        }
        if (strict && !given.only(IFLA_TARGET_NETNSID, IFLA_EXT_MASK, IFLA_MASTER, IFLA_LINKINFO)) {
            return Answer.failedDump(extack.fail(Errno.EINVAL, "Unsupported attribute in link dump request"));
        }
        return filtered(request, given, interfaces);
    }

    private static Answer filtered(Request request, Attributes given, Interfaces interfaces) {
        if (!given.has(IFLA_MASTER) && !given.has(IFLA_LINKINFO)) {
            return new Answer.Dump(interfaces.dump().messages(counters(given)), false, 0, false);
        }
        // No interface has a master.
        boolean master = given.has(IFLA_MASTER) && given.u32(IFLA_MASTER) != 0;
        String kind = given.has(IFLA_LINKINFO) ? kind(request, given) : "";
        // The kernel passes over the name of a type that it does not know.
        boolean known = interfaces.links().stream()
                .anyMatch(link -> link.traits().type().equals(kind));
        boolean filters = !kind.isEmpty() && known;
        return new Answer.Dump(
                interfaces.links().stream()
                        .filter(link ->
                                !master && (!filters || link.traits().type().equals(kind)))
                        .map(link -> LinkMessages.full(link, counters(given)))
                        .toList(),
                master || filters,
                0,
                false);
    }

    private static String kind(Request request, Attributes given) {
        int at = given.offset(IFLA_LINKINFO);
        int end = at + request.u16(at);
        for (int next = at + Attributes.HEADER; next + Attributes.HEADER <= end; ) {
            int length = request.u16(next);
            if (length < Attributes.HEADER || next + length > end) {
                return "";
            }
            if ((request.u16(next + 2) & 0x3fff) == IFLA_INFO_KIND
                    && INFO.check(IFLA_INFO_KIND, request, next + Attributes.HEADER, length - Attributes.HEADER) == 0) {
                StringBuilder kind = new StringBuilder();
                for (int i = next + Attributes.HEADER; i < next + length && request.u8(i) != 0; i++) {
                    kind.append((char) request.u8(i));
                }
                return kind.toString();
            }
            next += Nlmsg.align(length);
        }
        return "";
    }

    private static Answer all(Interfaces interfaces, boolean counters) {
        return new Answer.Dump(interfaces.dump().messages(counters), false, 0);
    }

    /** IPv6's view. */
    static Answer dumpSix(Request request, boolean strict, Interfaces interfaces, Extack extack) {
        if (strict) {
            int wrong = headerSix(request, extack);
            if (wrong != 0) {
                return Answer.failedDump(wrong);
            }
        }
        return new Answer.Dump(
                interfaces.links().stream().map(LinkMessages::six).toList(), false, 0);
    }

    private static int headerSix(Request request, Extack extack) {
        if (request.bodyLength() < Rtnetlink.LINK_BODY) {
            return extack.fail(Errno.EINVAL, "ipv6: Invalid header for link dump request");
        }
        if (request.bodyLength() > Rtnetlink.LINK_BODY) {
            return extack.fail(Errno.EINVAL, "ipv6: Invalid data after header");
        }
        return isPlain(request) && request.body32(INDEX) == 0
                ? 0
                : extack.fail(Errno.EINVAL, "ipv6: Invalid values in header for dump request");
    }

    private static int header(Request request, Extack extack) {
        if (request.bodyLength() < Rtnetlink.LINK_BODY) {
            return extack.fail(Errno.EINVAL, "Invalid header for link dump");
        }
        if (!isPlain(request)) {
            return extack.fail(Errno.EINVAL, "Invalid values in header for link dump request");
        }
        return request.body32(INDEX) == 0
                ? 0
                : extack.fail(Errno.EINVAL, "Filter by device index not supported for link dumps");
    }

    private static boolean isPlain(Request request) {
        return request.body8(PAD) == 0
                && request.u16(Nlmsg.SIZE + TYPE) == 0
                && request.body32(FLAGS) == 0
                && request.body32(CHANGE) == 0;
    }

    private static boolean counters(Attributes given) {
        return !given.has(IFLA_EXT_MASK) || (given.u32(IFLA_EXT_MASK) & SKIP_STATS) == 0;
    }
}
