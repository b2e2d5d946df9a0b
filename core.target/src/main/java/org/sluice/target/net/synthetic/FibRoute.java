package org.sluice.target.net.synthetic;

import java.util.Optional;
import org.sluice.notify.Bytes;

/**
 * An entry of a routing table.
 *
 * @param table RT_TABLE_*
 * @param destination 4 or 16 bytes
 * @param prefix its length in bits
 * @param protocol RTPROT_*, who made it
 * @param scope RT_SCOPE_*
 * @param type RTN_*
 * @param source the address that is preferred for sending
 * @param priority of IPv6 routes
 * @param gateway the next hop, if not on the link
 * @param link the number of the interface
 */
record FibRoute(
        int table,
        Bytes destination,
        int prefix,
        int protocol,
        int scope,
        int type,
        Optional<Bytes> source,
        int priority,
        Optional<Bytes> gateway,
        int link)
        implements Comparable<FibRoute> {

    static final int TABLE_MAIN = 254;
    static final int TABLE_LOCAL = 255;

    static final int KERNEL = 2;
    static final int BOOT = 3;

    static final int UNICAST = 1;
    static final int LOCAL = 2;
    static final int BROADCAST = 3;
    static final int MULTICAST = 5;

    boolean isFour() {
        return destination.length() == 4;
    }

    int family() {
        return isFour() ? Rtnetlink.AF_INET : Rtnetlink.AF_INET6;
    }

    boolean covers(Bytes address) {
        return address.length() == destination.length()
                && VirtualAddress.masked(address, prefix).equals(destination);
    }

    /**
     * The order of a dump: IPv4, whose tables are tries with the longest prefix of an address first, then IPv6, whose trees
     * begin with the shortest; the main table before the local one.
     */
    @Override
    public int compareTo(FibRoute other) {
        int order = Integer.compare(destination.length(), other.destination.length());
        if (order == 0) {
            order = Integer.compare(table, other.table);
        }
        for (int i = 0; order == 0 && i < destination.length(); i++) {
            order = Integer.compare(destination.at(i) & 0xff, other.destination.at(i) & 0xff);
        }
        if (order == 0) {
            order = isFour() ? Integer.compare(other.prefix, prefix) : Integer.compare(prefix, other.prefix);
        }
        return order != 0 ? order : Integer.compare(priority, other.priority);
    }
}
