package org.sluice.target.net.synthetic;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;

/** Changes requests in the ways in which parsers fail. */
final class Mutations {

    private static final Set<Integer> ANSWERED = Set.of(
            Rtnetlink.GETLINK,
            Rtnetlink.GETADDR,
            Rtnetlink.GETROUTE,
            Rtnetlink.GETNEIGH,
            Rtnetlink.GETRULE,
            Rtnetlink.GETNETCONF);

    private static final int NOTIFY = 0x100;

    private static final int[] LENGTHS = {0, 1, 3, 4, 5, 7, 8, 15, 16, 17, 20, 0x7fff, 0x8000, 0xffff};

    private Mutations() {}

    static byte[] joined(byte[]... parts) {
        int length =
                Arrays.stream(parts).mapToInt(part -> Nlmsg.align(part.length)).sum();
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.put(part).position(Nlmsg.align(all.position()));
        }
        return all.array();
    }

    static byte[] of(byte[] request, Random random) {
        byte[] changed = request.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            changed = once(changed, random);
        }
        return changed;
    }

    private static byte[] once(byte[] request, Random random) {
        byte[] changed = request.clone();
        ByteBuffer view = ByteBuffer.wrap(changed).order(ByteOrder.nativeOrder());
        switch (random.nextInt(8)) {
            case 0 -> {
                return Arrays.copyOf(request, random.nextInt(request.length + 1));
            }
            case 1 -> {
                byte[] longer = Arrays.copyOf(request, request.length + random.nextInt(24));
                if (random.nextBoolean() && longer.length >= Nlmsg.SIZE) {
                    ByteBuffer.wrap(longer).order(ByteOrder.nativeOrder()).putInt(0, longer.length);
                }
                return longer;
            }
            case 2 -> {
                if (request.length > 0) {
                    changed[random.nextInt(request.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            case 3 -> {
                if (request.length >= 4) {
                    view.putInt(0, request.length - 8 + random.nextInt(17));
                }
            }
            case 4 -> {
                // The length of the first attribute of the common bodies.
                int at = Nlmsg.SIZE + new int[] {4, 8, 12, 16}[random.nextInt(4)];
                if (request.length >= at + 4) {
                    view.putShort(at, (short) LENGTHS[random.nextInt(LENGTHS.length)]);
                }
            }
            case 5 -> {
                int at = Nlmsg.SIZE + new int[] {4, 8, 12, 16}[random.nextInt(4)];
                if (request.length >= at + 4) {
                    view.putShort(at + 2, (short) random.nextInt(80));
                }
            }
            case 6 -> {
                if (request.length > Nlmsg.SIZE) {
                    changed[Nlmsg.SIZE + random.nextInt(request.length - Nlmsg.SIZE)] = (byte) random.nextInt(256);
                }
            }
            default -> {
                return joined(request, request);
            }
        }
        return changed;
    }

    /**
     * Whether the kernel's answer is one that is meant to be the same: not of the types and families that are not answered
     * here, not dumps among other messages, because how many of their messages come before the next answer is up to the
     * buffers.
     */
    static boolean isComparable(byte[] datagram) {
        if (datagram.length == 0) {
            return false;
        }
        ByteBuffer view = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
        int dumps = 0;
        int messages = 0;
        int at = 0;
        while (datagram.length - at >= Nlmsg.SIZE) {
            int length = view.getInt(at);
            if (length < Nlmsg.SIZE || length > datagram.length - at) {
                break;
            }
            if (!isComparable(view, at, length)) {
                return false;
            }
            int flags = view.getShort(at + Nlmsg.FLAGS);
            int type = view.getShort(at + Nlmsg.TYPE) & 0xffff;
            if (ANSWERED.contains(type) && (flags & Nlmsg.DUMP) != 0 && (flags & 1) != 0) {
                dumps++;
            }
            messages++;
            at += Nlmsg.align(length);
        }
        return dumps == 0 || messages == 1;
    }

    private static boolean isComparable(ByteBuffer view, int at, int length) {
        int type = view.getShort(at + Nlmsg.TYPE) & 0xffff;
        boolean get = type >= Nlmsg.MIN_TYPE && type <= Rtnetlink.MAX && (type & 3) == 2;
        if (!get || length == Nlmsg.SIZE) {
            return true;
        }
        int family = view.get(at + Nlmsg.SIZE) & 0xff;
        boolean known = family == 0 || family == 2 || family == 10;
        // A look-up with this flag changes what later ones tell.
        boolean notified = type == Rtnetlink.GETROUTE
                && length >= Nlmsg.SIZE + Rtnetlink.ROUTE_BODY
                && (view.getInt(at + Nlmsg.SIZE + RouteQueries.FLAGS) & NOTIFY) != 0;
        return ANSWERED.contains(type) && known && !notified;
    }
}
