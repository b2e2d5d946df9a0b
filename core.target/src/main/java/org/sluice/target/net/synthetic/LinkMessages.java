package org.sluice.target.net.synthetic;

/** RTM_NEWLINK as rtnl_fill_ifinfo in net/core/rtnetlink.c and inet6_fill_ifinfo in net/ipv6/addrconf.c write it. */
final class LinkMessages {

    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_BROADCAST = 2;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_LINK = 5;
    private static final int IFLA_QDISC = 6;
    private static final int IFLA_STATS = 7;
    private static final int IFLA_PROTINFO = 12;
    private static final int IFLA_TXQLEN = 13;
    private static final int IFLA_MAP = 14;
    private static final int IFLA_OPERSTATE = 16;
    private static final int IFLA_LINKMODE = 17;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_STATS64 = 23;
    private static final int IFLA_AF_SPEC = 26;
    private static final int IFLA_GROUP = 27;
    private static final int IFLA_PROMISCUITY = 30;
    private static final int IFLA_NUM_TX_QUEUES = 31;
    private static final int IFLA_NUM_RX_QUEUES = 32;
    private static final int IFLA_CARRIER = 33;
    private static final int IFLA_CARRIER_CHANGES = 35;
    private static final int IFLA_LINK_NETNSID = 37;
    private static final int IFLA_PROTO_DOWN = 39;
    private static final int IFLA_GSO_MAX_SEGS = 40;
    private static final int IFLA_GSO_MAX_SIZE = 41;
    private static final int IFLA_XDP = 43;
    private static final int IFLA_XDP_ATTACHED = 2;
    private static final int IFLA_CARRIER_UP_COUNT = 47;
    private static final int IFLA_CARRIER_DOWN_COUNT = 48;
    private static final int IFLA_MIN_MTU = 50;
    private static final int IFLA_MAX_MTU = 51;
    private static final int IFLA_GRO_MAX_SIZE = 58;
    private static final int IFLA_TSO_MAX_SIZE = 59;
    private static final int IFLA_TSO_MAX_SEGS = 60;
    private static final int IFLA_ALLMULTI = 61;
    private static final int IFLA_DEVLINK_PORT = 62;
    private static final int IFLA_GSO_IPV4_MAX_SIZE = 63;
    private static final int IFLA_GRO_IPV4_MAX_SIZE = 64;
    private static final int IFLA_DPLL_PIN = 65;
    private static final int IFLA_MAX_PACING_OFFLOAD_HORIZON = 66;
    private static final int IFLA_NETNS_IMMUTABLE = 67;
    private static final int IFLA_HEADROOM = 68;
    private static final int IFLA_TAILROOM = 69;
    private static final int IFLA_INFO_KIND = 1;

    private static final int STATS_SIZE = 96;
    private static final int STATS64_SIZE = 200;
    private static final int MAP_SIZE = 32;
    private static final int MOST = 65536;
    private static final int MOST_SEGMENTS = 65535;

    /** RFC 2863, linux/if.h. */
    private static final int OPER_UNKNOWN = 0;

    private static final int OPER_DOWN = 2;
    private static final int OPER_UP = 6;

    private LinkMessages() {}

    /**
     * All that is told of an interface.
     *
     * @param counters whether IPv6's counters are told too
     */
    static byte[] full(VirtualLink link, boolean counters) {
        MessageBuilder message = head(link, Rtnetlink.AF_UNSPEC);
        state(message, link);
        limits(message, link);
        history(message, link);
        kind(message, link);
        message.attribute(IFLA_QDISC, link.up() || link.wasUp() ? link.traits().queueing() : "noop");
        int families = message.open(IFLA_AF_SPEC);
        int four = message.open(Rtnetlink.AF_INET);
        DeviceSettings.four(message, link);
        message.close(four);
        int six = message.open(Rtnetlink.AF_INET6);
        DeviceSettings.six(message, link, counters);
        return message.close(six)
                .close(families)
                .attribute(IFLA_MAP, new byte[MAP_SIZE])
                .nothing(IFLA_DEVLINK_PORT)
                .nothing(IFLA_DPLL_PIN)
                .finish();
    }

    /** What IPv6 tells of an interface. */
    static byte[] six(VirtualLink link) {
        MessageBuilder message = head(link, Rtnetlink.AF_INET6)
                .attribute(IFLA_IFNAME, link.name())
                .attribute(IFLA_ADDRESS, link.mac())
                .attribute32(IFLA_MTU, link.mtu());
        if (link.traits().isPair() && link.peer() != link.index()) {
            message.attribute32(IFLA_LINK, link.peer());
        }
        message.attribute8(IFLA_OPERSTATE, operational(link));
        int details = message.open(IFLA_PROTINFO);
        DeviceSettings.six(message, link, true);
        return message.close(details).finish();
    }

    private static MessageBuilder head(VirtualLink link, int family) {
        return new MessageBuilder(Rtnetlink.NEWLINK)
                .u8(family)
                .u8(0)
                .u16(link.traits().hardware())
                .u32(link.index())
                .u32(link.flags())
                .u32(0);
    }

    private static void state(MessageBuilder message, VirtualLink link) {
        message.attribute(IFLA_IFNAME, link.name())
                .attribute32(IFLA_TXQLEN, link.traits().queueLength())
                .attribute8(IFLA_OPERSTATE, operational(link))
                .attribute8(IFLA_LINKMODE, 0)
                .attribute8(IFLA_NETNS_IMMUTABLE, link.traits().isLoopback() ? 1 : 0)
                .attribute32(IFLA_MTU, link.mtu())
                .attribute32(IFLA_MIN_MTU, link.traits().minMtu())
                .attribute32(IFLA_MAX_MTU, link.traits().maxMtu())
                .attribute32(IFLA_GROUP, 0)
                .attribute32(IFLA_PROMISCUITY, 0)
                .attribute32(IFLA_ALLMULTI, 0);
    }

    private static void limits(MessageBuilder message, VirtualLink link) {
        message.attribute32(IFLA_NUM_TX_QUEUES, link.traits().queues())
                .attribute32(IFLA_GSO_MAX_SEGS, MOST_SEGMENTS)
                .attribute32(IFLA_GSO_MAX_SIZE, MOST)
                .attribute32(IFLA_GRO_MAX_SIZE, MOST)
                .attribute32(IFLA_GSO_IPV4_MAX_SIZE, MOST)
                .attribute32(IFLA_GRO_IPV4_MAX_SIZE, MOST)
                .attribute32(IFLA_TSO_MAX_SIZE, link.traits().segmentSize())
                .attribute32(IFLA_TSO_MAX_SEGS, MOST_SEGMENTS)
                .attribute32(IFLA_MAX_PACING_OFFLOAD_HORIZON, 0)
                .attribute32(IFLA_NUM_RX_QUEUES, link.traits().queues());
    }

    private static void history(MessageBuilder message, VirtualLink link) {
        boolean pair = link.traits().isPair();
        int ups = pair && link.wasUp() ? 1 : 0;
        int downs = pair ? (link.up() ? 1 : 1 + ups) : 0;
        message.attribute8(IFLA_CARRIER, pair && !link.up() ? 0 : 1)
                .attribute32(IFLA_CARRIER_CHANGES, ups + downs)
                .attribute32(IFLA_CARRIER_UP_COUNT, ups)
                .attribute32(IFLA_CARRIER_DOWN_COUNT, downs)
                .attribute16(IFLA_HEADROOM, 0)
                .attribute16(IFLA_TAILROOM, 0)
                .attribute8(IFLA_PROTO_DOWN, 0)
                .attribute(IFLA_ADDRESS, link.mac())
                .attribute(IFLA_BROADCAST, broadcast(link))
                .attribute(IFLA_STATS64, new byte[STATS64_SIZE])
                .attribute(IFLA_STATS, new byte[STATS_SIZE]);
        int xdp = message.open(IFLA_XDP);
        message.attribute8(IFLA_XDP_ATTACHED, 0).close(xdp);
    }

    private static byte[] broadcast(VirtualLink link) {
        byte[] all = new byte[6];
        java.util.Arrays.fill(all, (byte) (link.traits().isLoopback() ? 0 : 0xff));
        return all;
    }

    private static void kind(MessageBuilder message, VirtualLink link) {
        if (!link.traits().isLoopback()) {
            int info = message.open(IFLA_LINKINFO);
            message.attribute(IFLA_INFO_KIND, link.traits().type()).close(info);
        }
        if (link.traits().isPair()) {
            message.attribute32(IFLA_LINK_NETNSID, 0).attribute32(IFLA_LINK, link.peer());
        }
    }

    static int operational(VirtualLink link) {
        if (!link.up()) {
            return OPER_DOWN;
        }
        return link.traits().isPair() ? OPER_UP : OPER_UNKNOWN;
    }
}
