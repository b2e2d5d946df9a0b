package org.sluice.target.net.synthetic;

import java.util.ArrayList;
import java.util.List;
import org.sluice.linux.Errno;

/** Neighbours, of which there are none; rules and settings, which are those that a namespace begins with. */
final class OtherQueries {

    private static final int NDA_DST = 1;
    private static final int NDA_IFINDEX = 8;
    private static final int NDA_MASTER = 9;
    private static final int NDA_MAX = 17;
    private static final int NTF_PROXY = 8;

    /** NTF_EXT_MASK. */
    private static final int KNOWN_FLAGS = 7;

    /** struct ndmsg. */
    private static final int PAD = 1;

    private static final int PAD_2 = 2;
    private static final int INDEX = 4;
    private static final int STATE = 8;
    private static final int FLAGS = 10;
    private static final int TYPE = 11;

    private static final int NETCONFA_IFINDEX = 1;
    private static final int NETCONFA_MAX = 8;
    private static final int ALL = -1;
    private static final int DEFAULT = -2;

    private static final Policy NEIGHBOUR = new Policy(NDA_MAX)
            .binary(32, NDA_DST, 2)
            .number(16, 3)
            .number(4, 4, 7, NDA_IFINDEX, NDA_MASTER, 13)
            .bits(KNOWN_FLAGS, 15)
            .number(2, 5, 6)
            .number(1, 12)
            .nested(14)
            .unsupported(16)
            .unsupported(17);

    private static final Policy NETCONF = new Policy(NETCONFA_MAX).number(4, 1, 2, 3, 4, 5, 6);

    private OtherQueries() {}

    /** neigh_dump_info in net/core/neighbour.c. */
    static Answer neighbours(Request request, boolean strict, Interfaces interfaces, Extack extack) {
        if (strict) {
            if (request.bodyLength() < Rtnetlink.NEIGHBOUR_BODY) {
                return Answer.failedDump(extack.fail(Errno.EINVAL, "Invalid header for neighbor dump request"));
            }
            if (request.body8(PAD) != 0
                    || request.u16(Nlmsg.SIZE + PAD_2) != 0
                    || request.body32(INDEX) != 0
                    || request.u16(Nlmsg.SIZE + STATE) != 0
                    || request.body8(TYPE) != 0) {
                return Answer.failedDump(
                        extack.fail(Errno.EINVAL, "Invalid values in header for neighbor dump request"));
            }
            if ((request.body8(FLAGS) & ~NTF_PROXY) != 0) {
                return Answer.failedDump(
                        extack.fail(Errno.EINVAL, "Invalid flags in header for neighbor dump request"));
            }
        }
        Attributes given = Attributes.of(request, Rtnetlink.NEIGHBOUR_BODY, NEIGHBOUR, strict, extack);
        if (given.error() != 0) {
            return strict ? Answer.failedDump(given.error()) : new Answer.Dump(List.of(), false, 0);
        }
        if (strict && !given.only(NDA_IFINDEX, NDA_MASTER)) {
            return Answer.failedDump(extack.fail(Errno.EINVAL, "Unsupported attribute in neighbor dump request"));
        }
        boolean filtered = given.has(NDA_IFINDEX) || given.has(NDA_MASTER);
        return new Answer.Dump(List.of(), filtered, 0, false);
    }

    /** neigh_get in net/core/neighbour.c. */
    static Answer neighbour(Request request, boolean strict, Interfaces interfaces, Extack extack) {
        if (request.bodyLength() < Rtnetlink.NEIGHBOUR_BODY) {
            return new Answer.Status(extack.fail(Errno.EINVAL, "Invalid header for neighbor get request"));
        }
        if (request.body8(PAD) != 0
                || request.u16(Nlmsg.SIZE + PAD_2) != 0
                || request.u16(Nlmsg.SIZE + STATE) != 0
                || request.body8(TYPE) != 0) {
            return new Answer.Status(extack.fail(Errno.EINVAL, "Invalid values in header for neighbor get request"));
        }
        if ((request.body8(FLAGS) & ~NTF_PROXY) != 0) {
            return new Answer.Status(extack.fail(Errno.EINVAL, "Invalid flags in header for neighbor get request"));
        }
        int index = request.body32(INDEX);
        if (index == 0 && (request.body8(FLAGS) & NTF_PROXY) == 0) {
            return new Answer.Status(extack.fail(Errno.EINVAL, "No device specified"));
        }
        Attributes given = Attributes.of(request, Rtnetlink.NEIGHBOUR_BODY, NEIGHBOUR, true, extack);
        if (given.error() != 0) {
            return new Answer.Status(given.error());
        }
        if (!given.has(NDA_DST)) {
            return new Answer.Status(extack.missing(NDA_DST));
        }
        if (!given.only(NDA_DST)) {
            return new Answer.Status(extack.fail(Errno.EINVAL, "Unsupported attribute in neighbor get request"));
        }
        int family = request.body8(0);
        if (family != Rtnetlink.AF_INET && family != Rtnetlink.AF_INET6) {
            return new Answer.Status(
                    extack.fail(Errno.EAFNOSUPPORT, "Unsupported family in header for neighbor get request"));
        }
        if (given.length(NDA_DST) != (family == Rtnetlink.AF_INET ? 4 : 16)) {
            return new Answer.Status(extack.fail(Errno.EINVAL, "Invalid network address in neighbor get request"));
        }
        if (index != 0 && interfaces.find(index).isEmpty()) {
            return new Answer.Status(extack.fail(Errno.ENODEV, "Unknown device ifindex"));
        }
        return new Answer.Status(extack.fail(Errno.ENOENT, "Neighbour entry not found"));
    }

    /** fib_nl_dumprule in net/core/fib_rules.c. */
    static Answer rules(Request request, boolean strict, Interfaces interfaces, Extack extack) {
        if (strict) {
            int wrong = rulesHeader(request, extack);
            if (wrong != 0) {
                return Answer.failedDump(wrong);
            }
        }
        int family = request.body8(0);
        if (family != Rtnetlink.AF_UNSPEC && family != Rtnetlink.AF_INET && family != Rtnetlink.AF_INET6) {
            return new Answer.Status(-Errno.EAFNOSUPPORT);
        }
        return new Answer.Dump(NetworkMessages.rules(family), false, 0, false, true);
    }

    private static int rulesHeader(Request request, Extack extack) {
        if (request.bodyLength() < Rtnetlink.RULE_BODY) {
            return extack.fail(Errno.EINVAL, "Invalid header for fib rule dump request");
        }
        for (int i = 1; i < Rtnetlink.RULE_BODY; i++) {
            if (request.body8(i) != 0) {
                return extack.fail(Errno.EINVAL, "Invalid values in header for fib rule dump request");
            }
        }
        return request.bodyLength() == Rtnetlink.RULE_BODY
                ? 0
                : extack.fail(Errno.EINVAL, "Invalid data after header in fib rule dump request");
    }

    /** inet_netconf_dump_devconf in net/ipv4/devinet.c and its twin in net/ipv6/addrconf.c. */
    static Answer netconfs(Request request, boolean strict, Interfaces interfaces, Extack extack) {
        int family = request.body8(0);
        boolean unspecified = family != Rtnetlink.AF_INET && family != Rtnetlink.AF_INET6;
        if (strict) {
            if (request.bodyLength() != Rtnetlink.NETCONF_BODY) {
                return Answer.failedDump(extack.fail(
                        Errno.EINVAL, module(family) + "Invalid data after header in netconf dump request"));
            }
        }
        List<byte[]> messages = new ArrayList<>();
        for (int each : new int[] {Rtnetlink.AF_INET, Rtnetlink.AF_INET6}) {
            if (unspecified || each == family) {
                interfaces.links().forEach(link -> messages.add(NetworkMessages.netconf(each, link.index())));
                messages.add(NetworkMessages.netconf(each, ALL));
                messages.add(NetworkMessages.netconf(each, DEFAULT));
            }
        }
        return new Answer.Dump(messages, false, 0);
    }

    /** inet_netconf_get_devconf in net/ipv4/devinet.c and its twin in net/ipv6/addrconf.c. */
    static Answer netconf(Request request, boolean strict, Interfaces interfaces, Extack extack) {
        Attributes given = Attributes.of(request, 1, NETCONF, strict, extack);
        if (given.error() != 0) {
            return new Answer.Status(given.error());
        }
        if (strict && !given.only(NETCONFA_IFINDEX)) {
            return new Answer.Status(extack.fail(
                    Errno.EINVAL, module(request.body8(0)) + "Unsupported attribute in netconf get request"));
        }
        if (!given.has(NETCONFA_IFINDEX)) {
            return new Answer.Status(-Errno.EINVAL);
        }
        int index = given.u32(NETCONFA_IFINDEX);
        boolean known =
                index == ALL || index == DEFAULT || interfaces.find(index).isPresent();
        return known
                ? new Answer.One(NetworkMessages.netconf(request.body8(0), index))
                : new Answer.Status(request.body8(0) == Rtnetlink.AF_INET ? -Errno.ENODEV : -Errno.EINVAL);
    }

    private static String module(int family) {
        return family == Rtnetlink.AF_INET6 ? "ipv6: " : "ipv4: ";
    }
}
