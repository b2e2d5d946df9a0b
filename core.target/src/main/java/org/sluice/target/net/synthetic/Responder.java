package org.sluice.target.net.synthetic;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sluice.linux.Errno;

/**
 * Answers the datagrams of one socket as netlink_rcv_skb and netlink_ack in net/netlink/af_netlink.c and rtnetlink_rcv_msg in
 * net/core/rtnetlink.c do: message by message, each with what it asks for, an error or an acknowledgement. Stateless but for
 * what the {@link SyntheticSocket} keeps.
 */
final class Responder {

    private static final int KIND = 3;
    private static final int KIND_GET = 2;

    /** What a type of message gets of one family: an answer, a dump; without one it is that of no family, or none. */
    private record Gets(Query one, Query dump) {}

    private static final Query UNSUPPORTED =
            (request, strict, interfaces, extack) -> new Answer.Status(-Errno.EOPNOTSUPP);

    private static final Map<Integer, Gets> UNSPECIFIED = Map.of(
            Rtnetlink.GETLINK, new Gets(LinkQueries::one, LinkQueries::dump),
            Rtnetlink.GETADDR, new Gets(UNSUPPORTED, AddressQueries::dump),
            Rtnetlink.GETROUTE, new Gets(UNSUPPORTED, RouteQueries::dump),
            Rtnetlink.GETNEIGH, new Gets(OtherQueries::neighbour, OtherQueries::neighbours),
            Rtnetlink.GETRULE, new Gets(UNSUPPORTED, OtherQueries::rules),
            Rtnetlink.GETNETCONF, new Gets(UNSUPPORTED, OtherQueries::netconfs));

    private static final Map<Integer, Gets> FOUR = Map.of(
            Rtnetlink.GETADDR, new Gets(UNSUPPORTED, AddressQueries::dumpFour),
            Rtnetlink.GETROUTE, new Gets(RouteLookup::four, RouteQueries::dumpFour),
            Rtnetlink.GETNETCONF, new Gets(OtherQueries::netconf, OtherQueries::netconfs));

    private static final Map<Integer, Gets> SIX = Map.of(
            Rtnetlink.GETLINK, new Gets(LinkQueries::one, LinkQueries::dumpSix),
            Rtnetlink.GETADDR, new Gets(AddressQueries::oneSix, AddressQueries::dumpSix),
            Rtnetlink.GETROUTE, new Gets(RouteLookup::six, RouteQueries::dumpSix),
            Rtnetlink.GETNETCONF, new Gets(OtherQueries::netconf, OtherQueries::netconfs));

    private Responder() {}

    /**
     * Answers one datagram.
     *
     * @param datagram its bytes, which may be anything
     */
    static void answer(byte[] datagram, SyntheticSocket session, Interfaces interfaces) {
        ByteBuffer view = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
        int at = 0;
        while (datagram.length - at >= Nlmsg.SIZE) {
            int length = view.getInt(at + Nlmsg.LENGTH);
            if (length < Nlmsg.SIZE || length > datagram.length - at) {
                return;
            }
            message(new Request(datagram, at, length), session, interfaces);
            at += Math.min(Nlmsg.align(length), datagram.length - at);
        }
    }

    private static void message(Request request, SyntheticSocket session, Interfaces interfaces) {
        Extack extack = new Extack();
        Answer answer = request.has(Nlmsg.REQUEST) && request.type() >= Nlmsg.MIN_TYPE
                ? route(request, session.isStrict(), interfaces, extack)
                : new Answer.Status(0);
        if (answer instanceof Answer.Dump dump) {
            if (session.isDumping()) {
                acknowledge(request, session, -Errno.EBUSY, new Extack());
            } else {
                session.begin(dump, request.sequence(), end(dump, session, extack));
            }
            return;
        }
        int error = 0;
        if (answer instanceof Answer.One one) {
            session.send(one.message(), 0, request.sequence());
        } else if (answer instanceof Answer.Status status) {
            error = status.error();
        }
        if (error != 0 || request.has(Nlmsg.ACK)) {
            acknowledge(request, session, error, extack);
        }
    }

    private static Answer route(Request request, boolean strict, Interfaces interfaces, Extack extack) {
        if (request.type() > Rtnetlink.MAX) {
            return new Answer.Status(-Errno.EOPNOTSUPP);
        }
        if (request.bodyLength() < 1) {
            return new Answer.Status(0);
        }
        if ((request.type() & KIND) != KIND_GET) {
            // Nobody here may change anything.
            return new Answer.Status(-Errno.EPERM);
        }
        Gets gets = gets(request);
        if (gets == null) {
            return new Answer.Status(-Errno.EOPNOTSUPP);
        }
        return (request.has(Nlmsg.DUMP) ? gets.dump : gets.one).answer(request, strict, interfaces, extack);
    }

    private static @Nullable Gets gets(Request request) {
        Map<Integer, Gets> family =
                switch (request.body8(0)) {
                    case Rtnetlink.AF_INET -> FOUR;
                    case Rtnetlink.AF_INET6 -> SIX;
                    default -> UNSPECIFIED;
                };
        Gets gets = family.get(request.type());
        boolean answers = gets != null && (request.has(Nlmsg.DUMP) || gets.one != UNSUPPORTED);
        return answers ? gets : UNSPECIFIED.get(request.type());
    }

    /** NLMSG_DONE of a dump. */
    private static byte[] end(Answer.Dump dump, SyntheticSocket session, Extack extack) {
        MessageBuilder done = new MessageBuilder(Nlmsg.DONE).u32(dump.error());
        if (session.isExtended() && (dump.error() != 0 || dump.together())) {
            extack.write(done, dump.error() != 0);
        }
        return done.finish();
    }

    /** NLMSG_ERROR: struct nlmsgerr, the request's body after an error, the extended acknowledgement. */
    private static void acknowledge(Request request, SyntheticSocket session, int error, Extack extack) {
        boolean whole = error != 0 && !session.isCapped();
        boolean extended = session.isExtended() && !extack.isEmpty();
        MessageBuilder message = new MessageBuilder(Nlmsg.ERROR).u32(error);
        for (byte each : whole ? request.whole() : request.head()) {
            message.u8(each);
        }
        message.pad();
        if (extended) {
            extack.write(message, error != 0);
        }
        int flags = (whole ? 0 : Nlmsg.CAPPED) | (extended ? Nlmsg.ACK_TLVS : 0);
        session.send(message.finish(), flags, request.sequence());
    }
}
