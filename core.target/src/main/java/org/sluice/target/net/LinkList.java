package org.sluice.target.net;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;
import org.sluice.linux.Block;
import org.sluice.linux.SysException;
import org.sluice.notify.Bytes;

/** Reads the interfaces of a network namespace with their addresses (rtnetlink(7)). For one thread. */
final class LinkList {

    private static final int RTM_GETLINK = 18;
    private static final int RTM_GETADDR = 22;

    /** struct ifinfomsg. */
    private static final int LINK_BODY = 16;

    private static final int LINK_INDEX = 4;
    private static final int LINK_FLAGS = 8;
    private static final int IFF_UP = 1;
    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_OPERSTATE = 16;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_INFO_KIND = 1;

    /** struct ifaddrmsg. */
    private static final int ADDRESS_BODY = 8;

    private static final int ADDRESS_PREFIX = 1;
    private static final int ADDRESS_INDEX = 4;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;

    private final RouteSocket socket;

    LinkList(RouteSocket socket) {
        this.socket = socket;
    }

    /** In the order of their numbers. */
    List<LinkState> read() {
        List<LinkState> links = new ArrayList<>();
        RouteMessage question = new RouteMessage(RTM_GETLINK, RouteSocket.DUMP);
        dump(question.intField(0).intField(0).intField(0).intField(0), at -> links.add(link(at)));
        Map<Integer, List<String>> addresses = new HashMap<>();
        dump(new RouteMessage(RTM_GETADDR, RouteSocket.DUMP).intField(0).intField(0), at -> {
            int index = socket.answer().getInt(at + RouteMessage.HEADER + ADDRESS_INDEX);
            addresses.computeIfAbsent(index, any -> new ArrayList<>()).add(address(at));
        });
        return links.stream()
                .map(link -> link.with(addresses.getOrDefault(link.index(), List.of())))
                .toList();
    }

    private void dump(RouteMessage question, java.util.function.IntConsumer each) {
        SysException.check("list of the interfaces", socket.request(question, each));
    }

    private LinkState link(int at) {
        Block answer = socket.answer();
        int body = at + RouteMessage.HEADER;
        String[] name = {""};
        int[] mtu = {0};
        int[] operational = {0};
        String[] kind = {""};
        Bytes[] mac = {Bytes.of()};
        attributes(at, LINK_BODY, (value, type) -> {
            switch (type) {
                case IFLA_IFNAME -> name[0] = text(value, 0, value.length);
                case IFLA_OPERSTATE -> operational[0] = value[0];
                case IFLA_LINKINFO -> kind[0] = kind(value);
                case IFLA_ADDRESS -> mac[0] = Bytes.of(value);
                case IFLA_MTU -> mtu[0] = Block.of(value).getInt(0);
                default -> {
                    // Much more is told of an interface.
                }
            }
        });
        boolean up = (answer.getInt(body + LINK_FLAGS) & IFF_UP) != 0;
        return new LinkState(
                answer.getInt(body + LINK_INDEX), name[0], up, operational[0], kind[0], mtu[0], mac[0], List.of());
    }

    /** IFLA_INFO_KIND comes first in what is told of the type. */
    private static String kind(byte[] nested) {
        Block block = Block.of(nested);
        return block.getShort(2) == IFLA_INFO_KIND ? text(nested, 4, block.getShort(0)) : "";
    }

    /** A text without its NUL. */
    private static String text(byte[] bytes, int from, int to) {
        return Bytes.of(bytes, from, to - 1).decode();
    }

    private String address(int at) {
        int prefix = socket.answer().getByte(at + RouteMessage.HEADER + ADDRESS_PREFIX) & 0xff;
        byte[][] found = new byte[3][];
        attributes(at, ADDRESS_BODY, (value, type) -> {
            if (type == IFA_ADDRESS || type == IFA_LOCAL) {
                found[type] = value;
            }
        });
        // IPv4 tells its own address as the local one, and only that is its own on a link between two points.
        byte[] ip = found[IFA_LOCAL] != null ? found[IFA_LOCAL] : found[IFA_ADDRESS];
        return LinkAddress.text(Bytes.of(ip), prefix);
    }

    private void attributes(int at, int body, ObjIntConsumer<byte[]> each) {
        Block answer = socket.answer();
        int end = at + answer.getInt(at);
        for (int next = at + RouteMessage.HEADER + body; next + 4 <= end; next += (answer.getShort(next) + 3) & ~3) {
            each.accept(answer.get(next + 4, answer.getShort(next) - 4), answer.getShort(next + 2));
        }
    }
}
