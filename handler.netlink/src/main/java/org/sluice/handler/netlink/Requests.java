package org.sluice.handler.netlink;

import java.util.Set;

/** The requests of ioctl(2) to sockets, by their numbers in linux/sockios.h and linux/wireless.h. */
final class Requests {

    private static final int SIOCOUTQNSD = 0x894b;
    private static final int WIRELESS = 0x8b00;

    /** Name, list, flags, addresses, metric, memory, MTU, hardware address, slave, index, queue length, map; neighbours. */
    private static final Set<Integer> READ = Set.of(
            0x8910, 0x8912, 0x8913, 0x8915, 0x8917, 0x8919, 0x891b, 0x891d, 0x891f, 0x8921, 0x8925, 0x8927, 0x8929,
            0x8933, 0x8935, 0x8938, 0x8942, 0x8954, 0x8961, 0x8970);

    private Requests() {}

    /** Whether it only reads of an interface. */
    static boolean isRead(int request) {
        return READ.contains(request);
    }

    /** Whether it asks about the socket that it is made on, and no interface. */
    static boolean isAboutSocket(int request) {
        return request == SIOCOUTQNSD;
    }

    static boolean isAboutWireless(int request) {
        return (request & 0xff00) == WIRELESS;
    }
}
