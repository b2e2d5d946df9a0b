package org.sluice.target.net.synthetic;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tells of changes to those who listen (bind(2) with groups): the messages of a dump, or their opposites. Stateless. */
final class Changes {

    /** RTNLGRP_*: the groups, by the type of message, for IPv4 and everything else, and for IPv6. */
    private static final Map<Integer, int[]> GROUPS = Map.of(
            Rtnetlink.NEWLINK, new int[] {1, 1}, Rtnetlink.NEWADDR, new int[] {5, 9}, Rtnetlink.NEWROUTE, new int[] {
                7, 11
            });

    /** RTM_NEW* and RTM_DEL* are neighbours. */
    private static final int OPPOSITE = 1;

    private Changes() {}

    static void tell(Interfaces before, Interfaces after, Iterable<SyntheticSocket> sockets) {
        List<byte[]> messages = between(before, after);
        for (SyntheticSocket socket : sockets) {
            for (byte[] message : messages) {
                if (socket.isMember(group(message))) {
                    socket.tell(message);
                }
            }
        }
    }

    private static List<byte[]> between(Interfaces before, Interfaces after) {
        Map<Object, byte[]> old = messages(before);
        Map<Object, byte[]> now = messages(after);
        List<byte[]> changes = new ArrayList<>();
        List<byte[]> gone = new ArrayList<>();
        old.forEach((what, message) -> {
            if (!now.containsKey(what)) {
                gone.add(0, opposite(message));
            }
        });
        changes.addAll(gone);
        now.forEach((what, message) -> {
            if (!Arrays.equals(message, old.get(what))) {
                changes.add(message);
            }
        });
        return changes;
    }

    private record Held(int link, VirtualAddress address) {}

    /** By what they are about: an interface's number, an address, a route. */
    private static Map<Object, byte[]> messages(Interfaces interfaces) {
        Map<Object, byte[]> messages = new LinkedHashMap<>();
        for (VirtualLink link : interfaces.links()) {
            messages.put(link.index(), LinkMessages.full(link, true));
            link.addresses()
                    .forEach(address ->
                            messages.put(new Held(link.index(), address), NetworkMessages.address(link, address)));
        }
        interfaces.routes().all().forEach(route -> messages.put(route, NetworkMessages.route(route)));
        return messages;
    }

    private static byte[] opposite(byte[] message) {
        byte[] copy = message.clone();
        view(copy).putShort(Nlmsg.TYPE, (short) (type(message) + OPPOSITE));
        return copy;
    }

    private static int group(byte[] message) {
        int type = type(message) & ~OPPOSITE;
        boolean six = message[Nlmsg.SIZE] == Rtnetlink.AF_INET6;
        int[] groups = GROUPS.getOrDefault(type, new int[] {0, 0});
        return six ? groups[1] : groups[0];
    }

    private static int type(byte[] message) {
        return view(message).getShort(Nlmsg.TYPE);
    }

    private static ByteBuffer view(byte[] message) {
        return ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
    }
}
