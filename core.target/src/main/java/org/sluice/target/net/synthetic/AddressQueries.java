package org.sluice.target.net.synthetic;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sluice.linux.Errno;
import org.sluice.notify.Bytes;

/** RTM_GETADDR: inet_dump_ifaddr in net/ipv4/devinet.c, inet6_dump_addr and inet6_rtm_getaddr in net/ipv6/addrconf.c. */
final class AddressQueries {

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_TARGET_NETNSID = 10;

    /** struct ifaddrmsg. */
    private static final int PREFIX = 1;

    private static final int FLAGS = 2;
    private static final int SCOPE = 3;
    private static final int INDEX = 4;

    private static final Policy FOUR = Policy.address4();
    private static final Policy SIX = Policy.address6();

    private AddressQueries() {}

    /** Of both families. */
    static Answer dump(Request request, boolean strict, Interfaces interfaces, Extack extack) {
        Answer four = dumpFour(request, strict, interfaces, extack);
        if (!(four instanceof Answer.Dump first) || first.error() != 0) {
            return four;
        }
        Answer six = dumpSix(request, strict, interfaces, extack);
        if (!(six instanceof Answer.Dump second)) {
            return six;
        }
        List<byte[]> both = new ArrayList<>(first.messages());
        both.addAll(second.messages());
        return new Answer.Dump(both, second.filtered(), second.error());
    }

    static Answer dumpFour(Request request, boolean strict, Interfaces interfaces, Extack extack) {
        return dump(request, strict, interfaces, extack, true);
    }

    static Answer dumpSix(Request request, boolean strict, Interfaces interfaces, Extack extack) {
        return dump(request, strict, interfaces, extack, false);
    }

    private static Answer dump(Request request, boolean strict, Interfaces interfaces, Extack extack, boolean four) {
        int index = 0;
        if (strict) {
            int wrong = header(request, extack, four);
            index = wrong == 0 ? request.body32(INDEX) : 0;
            if (wrong == 0) {
                wrong = attributes(request, extack, four);
            }
            if (wrong == 0 && index != 0 && interfaces.find(index).isEmpty()) {
                wrong = -Errno.ENODEV;
            }
            if (wrong != 0) {
                return new Answer.Dump(List.of(), false, wrong, index != 0);
            }
        }
        List<byte[]> messages = new ArrayList<>();
        for (VirtualLink link : interfaces.links()) {
            if (index == 0 || link.index() == index) {
                for (VirtualAddress address : four ? link.four() : link.six()) {
                    messages.add(NetworkMessages.address(link, address));
                }
            }
        }
        return new Answer.Dump(messages, index != 0, 0, index != 0, !four);
    }

    private static int header(Request request, Extack extack, boolean four) {
        String family = four ? "ipv4: " : "ipv6: ";
        if (request.bodyLength() < Rtnetlink.ADDRESS_BODY) {
            return extack.fail(Errno.EINVAL, family + "Invalid header for address dump request");
        }
        if (request.body8(PREFIX) != 0 || request.body8(FLAGS) != 0 || request.body8(SCOPE) != 0) {
            return extack.fail(Errno.EINVAL, family + "Invalid values in header for address dump request");
        }
        return 0;
    }

    private static int attributes(Request request, Extack extack, boolean four) {
        String family = four ? "ipv4: " : "ipv6: ";
        Attributes given = Attributes.of(request, Rtnetlink.ADDRESS_BODY, four ? FOUR : SIX, true, extack);
        if (given.error() != 0) {
            return given.error();
        }
        if (given.has(IFA_TARGET_NETNSID)) {
            return extack.fail(Errno.EINVAL, family + "Invalid target network namespace id");
        }
        return given.only() ? 0 : extack.fail(Errno.EINVAL, family + "Unsupported attribute in dump request");
    }

    /** One IPv6 address; there is no such request for IPv4. */
    static Answer oneSix(Request request, boolean strict, Interfaces interfaces, Extack extack) {
        if (request.bodyLength() < Rtnetlink.ADDRESS_BODY) {
            return new Answer.Status(extack.fail(Errno.EINVAL, "ipv6: Invalid header for get address request"));
        }
        if (strict && (request.body8(PREFIX) != 0 || request.body8(FLAGS) != 0 || request.body8(SCOPE) != 0)) {
            return new Answer.Status(
                    extack.fail(Errno.EINVAL, "ipv6: Invalid values in header for get address request"));
        }
        Attributes given = Attributes.of(request, Rtnetlink.ADDRESS_BODY, SIX, strict, extack);
        if (given.error() != 0) {
            return new Answer.Status(given.error());
        }
        if (strict && !given.only(IFA_TARGET_NETNSID, IFA_ADDRESS, IFA_LOCAL)) {
            return new Answer.Status(extack.fail(Errno.EINVAL, "ipv6: Unsupported attribute in get address request"));
        }
        if (given.has(IFA_TARGET_NETNSID)) {
            return new Answer.Status(-Errno.EINVAL);
        }
        int type = given.has(IFA_LOCAL) ? IFA_LOCAL : IFA_ADDRESS;
        return given.has(type)
                ? find(interfaces, request.body32(INDEX), given.bytes(type, 16))
                : new Answer.Status(-Errno.EINVAL);
    }

    private static Answer find(Interfaces interfaces, int index, Bytes ip) {
        // The number of no interface is passed over.
        boolean any = interfaces.find(index).isEmpty();
        for (VirtualLink link : interfaces.links()) {
            Optional<VirtualAddress> found = link.six().stream()
                    .filter(address -> address.ip().equals(ip) && (any || index == link.index()))
                    .findFirst();
            if (found.isPresent()) {
                return new Answer.One(NetworkMessages.address(link, found.get()));
            }
        }
        return new Answer.Status(-Errno.EADDRNOTAVAIL);
    }
}
