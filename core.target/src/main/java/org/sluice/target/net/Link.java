package org.sluice.target.net;

import java.util.List;
import java.util.Optional;
import org.sluice.notify.Bytes;

/**
 * One interface.
 *
 * @param name as the kernel keeps it
 * @param kind what it is
 * @param mtu in bytes; 0 for what the kernel gives its kind
 * @param mac 6 bytes; without, one is made from the first IPv4 address, or by the kernel
 * @param up whether it is switched on
 * @param addresses in their order
 * @param routes through it, besides those that its addresses bring; only while it is up
 */
public record Link(
        String name,
        LinkKind kind,
        int mtu,
        Optional<Bytes> mac,
        boolean up,
        List<LinkAddress> addresses,
        List<LinkRoute> routes) {

    /** Copies. */
    public Link {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }

    /** The address of its own: the one that was given, else 02:42 and the first IPv4 address. */
    public Optional<Bytes> hardware() {
        if (mac.isPresent() || kind == LinkKind.LOOPBACK) {
            return mac;
        }
        return addresses.stream()
                .map(LinkAddress::address)
                .filter(address -> address.length() == 4)
                .findFirst()
                .map(ip -> Bytes.of((byte) 2, (byte) 0x42, ip.at(0), ip.at(1), ip.at(2), ip.at(3)));
    }
}
