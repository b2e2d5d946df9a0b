package org.sluice.target.net.synthetic;

/**
 * The settings of a device for IPv4 and IPv6 (linux/ip.h, linux/ipv6.h: IPV4_DEVCONF_*, DEVCONF_*), which nobody changes:
 * those that the kernel begins with.
 */
final class DeviceSettings {

    private static final int IFLA_INET_CONF = 1;

    private static final int IFLA_INET6_FLAGS = 1;
    private static final int IFLA_INET6_CONF = 2;
    private static final int IFLA_INET6_STATS = 3;
    private static final int IFLA_INET6_CACHEINFO = 5;
    private static final int IFLA_INET6_ICMP6STATS = 6;
    private static final int IFLA_INET6_TOKEN = 7;
    private static final int IFLA_INET6_ADDR_GEN_MODE = 8;

    private static final int IF_READY = 0x80000000;

    /** Arrays of 64-bit counters; the first is how many there are. */
    private static final int STATS = 38;

    private static final int ICMP_STATS = 7;

    private static final int SETTINGS_4 = 33;
    private static final int SETTINGS_6 = 60;

    /** Pairs: which setting, counted from 0, and its value. */
    private static final int[] FOUR = {3, 1, 4, 1, 5, 1, 6, 1, 8, 1, 26, 10000, 27, 1000, 32, 1};

    private static final int[] FOUR_LOOPBACK = {14, 1, 15, 1};

    private static final int[] SIX = {
        1, 64, 3, 1, 4, 1, 5, 1, 6, 1, 7, -1, 8, 4000, 9, 1000, 11, 604800, 12, 86400, 13, 3, 14, 600, 15, 16, 17, 1,
        18, 1, 19, 1, 20, 60000, 30, 10000, 31, 1000, 32, 1, 35, 1, 38, 1, 43, 3600000, 46, 1, 52, 1024, 54, 65535, 55,
        -1, 56, 1
    };

    private static final int[] SIX_LOOPBACK = {10, -1, 27, -1};
    private static final int[] SIX_OTHER = {27, 1, 47, 1};

    private static final int MTU_6 = 2;
    private static final int LARGEST_REASSEMBLED = 65535;
    private static final int REACHABLE_MILLIS = 30000;
    private static final int RETRANSMIT_MILLIS = 1000;

    private DeviceSettings() {}

    static void four(MessageBuilder message, VirtualLink link) {
        int[] settings = set(new int[SETTINGS_4], FOUR);
        message.attribute(IFLA_INET_CONF, link.traits().isLoopback() ? set(settings, FOUR_LOOPBACK) : settings);
    }

    static void six(MessageBuilder message, VirtualLink link, boolean counters) {
        boolean loopback = link.traits().isLoopback();
        int[] settings = set(set(new int[SETTINGS_6], SIX), loopback ? SIX_LOOPBACK : SIX_OTHER);
        settings[MTU_6] = link.mtu();
        int[] cache = {LARGEST_REASSEMBLED, 0, REACHABLE_MILLIS, RETRANSMIT_MILLIS};
        message.attribute32(IFLA_INET6_FLAGS, link.up() ? IF_READY : 0)
                .attribute(IFLA_INET6_CACHEINFO, cache)
                .attribute(IFLA_INET6_CONF, settings);
        if (counters) {
            message.attribute(IFLA_INET6_STATS, counted(STATS)).attribute(IFLA_INET6_ICMP6STATS, counted(ICMP_STATS));
        }
        message.attribute(IFLA_INET6_TOKEN, new byte[16]).attribute8(IFLA_INET6_ADDR_GEN_MODE, loopback ? 0 : 1);
    }

    private static byte[] counted(int count) {
        return java.nio.ByteBuffer.allocate(Long.BYTES * count)
                .order(java.nio.ByteOrder.nativeOrder())
                .putLong(0, count)
                .array();
    }

    private static int[] set(int[] settings, int[] pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            settings[pairs[i]] = pairs[i + 1];
        }
        return settings;
    }
}
