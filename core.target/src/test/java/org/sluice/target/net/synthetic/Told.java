package org.sluice.target.net.synthetic;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A message as text, for comparison: with its attributes, without its port, without what counts and what passes. Attributes
 * that are newer than what is compared with are left out.
 */
final class Told {

    private static final int NEW_NEIGHBOUR = 28;
    private static final int RULE_OF_MULTICAST = 128;

    /** By the type of message: the length of the body. */
    private static final Map<Integer, Integer> BODIES = Map.of(
            Rtnetlink.NEWLINK,
            16,
            Rtnetlink.NEWADDR,
            8,
            Rtnetlink.NEWROUTE,
            12,
            Rtnetlink.NEWRULE,
            12,
            Rtnetlink.NEWNETCONF,
            4);

    /** Counters, moments; how long a neighbour took; and whose route it is, which reads otherwise in a user namespace. */
    private static final Map<Integer, Set<Integer>> PASSING = Map.of(
            Rtnetlink.NEWLINK,
            Set.of(7, 23, 35, 47, 48),
            Rtnetlink.NEWADDR,
            Set.of(6),
            Rtnetlink.NEWROUTE,
            Set.of(12, 25));

    private static final int POLICY = 4;
    private static final int AF_SPEC = 26;
    private static final int PROTINFO = 12;
    private static final Set<Integer> PASSING_6 = Set.of(3, 5, 6);

    private Told() {}

    /** The messages of a datagram. */
    static List<String> of(byte[] datagram, int length) {
        List<String> messages = new ArrayList<>();
        ByteBuffer view = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
        for (int at = 0; at + Nlmsg.SIZE <= length; at += Nlmsg.align(view.getInt(at))) {
            int type = view.getShort(at + Nlmsg.TYPE);
            // Nobody sends here, but the kernel's own noise makes it neighbours; rules of multicast routing are
            // optional.
            boolean compared = type != NEW_NEIGHBOUR
                    && !(type == Rtnetlink.NEWRULE && (view.get(at + Nlmsg.SIZE) & 0xff) >= RULE_OF_MULTICAST);
            if (compared) {
                messages.add(message(view, at, type));
            }
        }
        return messages;
    }

    private static String message(ByteBuffer view, int at, int type) {
        int length = view.getInt(at);
        String head = "type " + type + " flags " + Integer.toHexString(view.getShort(at + Nlmsg.FLAGS)) + " seq "
                + view.getInt(at + Nlmsg.SEQUENCE);
        int body = at + Nlmsg.SIZE;
        if (type == Nlmsg.ERROR) {
            int repeated = Nlmsg.align(
                    (view.getShort(at + Nlmsg.FLAGS) & Nlmsg.CAPPED) != 0
                            ? Nlmsg.SIZE
                            : Math.max(Nlmsg.SIZE, view.getInt(body + 4)));
            return head + " error " + view.getInt(body) + " of "
                    + hex(view, body + 4, Math.min(repeated, at + length - body - 4))
                    + attributes(view, body + 4 + repeated, at + length, Set.of(POLICY), 0);
        }
        if (type == Nlmsg.DONE) {
            return head + " done " + view.getInt(body) + attributes(view, body + 4, at + length, Set.of(POLICY), 0);
        }
        // What says that something is gone differs in the last bit.
        int size = BODIES.getOrDefault(type & ~1, 4);
        return head + " body " + hex(view, body, size)
                + attributes(view, body + size, at + length, PASSING.getOrDefault(type, Set.of()), type);
    }

    private static String attributes(ByteBuffer view, int from, int to, Set<Integer> passing, int type) {
        StringBuilder text = new StringBuilder();
        for (int at = from; at + 4 <= to; at += Nlmsg.align(Math.max(4, view.getShort(at)))) {
            int kind = view.getShort(at + 2) & 0x3fff;
            int end = at + view.getShort(at);
            if (type == 0 && kind == POLICY && passing.contains(POLICY)) {
                continue;
            }
            if (passing.contains(kind)) {
                text.append("\n  ").append(kind).append(" …");
            } else if (type == Rtnetlink.NEWLINK && kind == AF_SPEC) {
                for (int family = at + 4; family + 4 <= end; family += Nlmsg.align(view.getShort(family))) {
                    boolean six = view.getShort(family + 2) == Rtnetlink.AF_INET6;
                    text.append("\n  family ").append(view.getShort(family + 2));
                    text.append(attributes(
                            view, family + 4, family + view.getShort(family), six ? PASSING_6 : Set.of(), 0));
                }
            } else if (type == Rtnetlink.NEWLINK && kind == PROTINFO) {
                text.append("\n  family").append(attributes(view, at + 4, end, PASSING_6, 0));
            } else {
                text.append("\n  ").append(kind).append(' ').append(hex(view, at + 4, end - at - 4));
            }
        }
        return text.toString();
    }

    private static String hex(ByteBuffer view, int from, int length) {
        byte[] part = new byte[Math.max(0, length)];
        view.get(from, part);
        return HexFormat.of().formatHex(part);
    }
}
