package org.sluice.target.net.synthetic;

import java.util.ArrayList;
import java.util.List;
import org.sluice.linux.Errno;
import org.sluice.linux.SysException;
import org.sluice.notify.Bytes;
import org.sluice.target.net.Link;
import org.sluice.target.net.LinkAddress;
import org.sluice.target.net.LinkRoute;

/**
 * An interface as it is shown. Immutable; a change makes another one, and is refused where the kernel would refuse it.
 *
 * @param index its number
 * @param peer the number of the other half of a pair
 * @param name its name
 * @param traits what is the same for all of its type
 * @param mtu in bytes
 * @param mac 6 bytes
 * @param up whether it is switched on
 * @param wasUp whether it ever was
 * @param addresses those of IPv4, then those of IPv6, each in the kernel's order
 * @param routes that were asked for, besides those that its addresses bring
 */
record VirtualLink(
        int index,
        int peer,
        String name,
        DeviceTraits traits,
        int mtu,
        Bytes mac,
        boolean up,
        boolean wasUp,
        List<VirtualAddress> addresses,
        List<LinkRoute> routes) {

    private static final int MIN_MTU_6 = 1280;

    VirtualLink {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }

    /** As it is described. */
    static VirtualLink of(Link link, int index, int peer) {
        DeviceTraits traits = DeviceTraits.of(link.kind());
        int mtu = link.mtu() > 0 ? link.mtu() : traits.mtu();
        require(link.name(), "its MTU", traits.maxMtu() == 0 || mtu <= traits.maxMtu(), Errno.EINVAL);
        VirtualLink made = new VirtualLink(
                index, peer, link.name(), traits, mtu, mac(link, index), false, false, List.of(), List.of());
        VirtualLink switched = link.up() ? made.switched(true) : made;
        for (LinkAddress address : link.addresses()) {
            switched = switched.with(VirtualAddress.of(address));
        }
        return link.up() ? switched.with(link.routes()) : switched;
    }

    /** The one that is given, or made from the address; else one made from the number, where a kernel takes a random one. */
    private static Bytes mac(Link link, int index) {
        boolean loopback = DeviceTraits.of(link.kind()).isLoopback();
        byte high = (byte) (index >> 8);
        return link.hardware()
                .orElse(
                        loopback
                                ? Bytes.of(new byte[6])
                                : Bytes.of((byte) 2, (byte) 0x42, (byte) 0, (byte) 0, high, (byte) index));
    }

    /** Switched on or off. Off it loses its routes and its IPv6 addresses; a loopback device gets its own back. */
    VirtualLink switched(boolean on) {
        if (on == up) {
            return this;
        }
        List<VirtualAddress> kept =
                addresses.stream().filter(address -> on || address.isFour()).toList();
        VirtualLink switched =
                new VirtualLink(index, peer, name, traits, mtu, mac, on, wasUp || on, kept, on ? routes : List.of());
        if (on && traits.isLoopback()) {
            for (VirtualAddress own : List.of(VirtualAddress.LOOPBACK_4, VirtualAddress.LOOPBACK_6)) {
                if (switched.addresses.stream()
                        .noneMatch(address -> address.ip().equals(own.ip()))) {
                    switched = switched.with(own);
                }
            }
        }
        return switched;
    }

    private VirtualLink with(VirtualAddress address) {
        boolean known = addresses.stream()
                .anyMatch(other ->
                        other.ip().equals(address.ip()) && (!address.isFour() || other.prefix() == address.prefix()));
        require(name, "its addresses", !known, Errno.EEXIST);
        require(name, "its addresses", address.isFour() || mtu >= MIN_MTU_6, Errno.EINVAL);
        List<VirtualAddress> all = new ArrayList<>(addresses);
        if (address.isFour()) {
            insertFour(all, address);
        } else {
            insertSix(all, address);
        }
        return new VirtualLink(index, peer, name, traits, mtu, mac, up, wasUp, all, routes);
    }

    /** As __inet_insert_ifa in net/ipv4/devinet.c: by scope, and a further one of a network at the end. */
    private void insertFour(List<VirtualAddress> all, VirtualAddress address) {
        int at = 0;
        int end = 0;
        boolean secondary = false;
        for (VirtualAddress other : all) {
            if (!other.isFour()) {
                break;
            }
            end++;
            if (!other.isSecondary() && address.scope() <= other.scope()) {
                at = end;
            }
            if (other.prefix() == address.prefix() && other.contains(address.ip())) {
                require(name, "its addresses", other.scope() == address.scope(), Errno.EINVAL);
                secondary = true;
            }
        }
        all.add(secondary ? end : at, secondary ? address.secondary() : address);
    }

    /** As ipv6_link_dev_addr in net/ipv6/addrconf.c: by scope, the last one first. */
    private static void insertSix(List<VirtualAddress> all, VirtualAddress address) {
        int at = 0;
        while (at < all.size() && (all.get(at).isFour() || all.get(at).scope() > address.scope())) {
            at++;
        }
        all.add(at, address);
    }

    private VirtualLink with(List<LinkRoute> asked) {
        for (LinkRoute route : asked) {
            boolean reached = route.gateway().isEmpty()
                    || addresses.stream()
                            .anyMatch(
                                    address -> address.contains(route.gateway().get()));
            require(name, "its routes", reached, Errno.ENETUNREACH);
        }
        return new VirtualLink(index, peer, name, traits, mtu, mac, up, wasUp, addresses, asked);
    }

    private static void require(String name, String what, boolean holds, int errno) {
        if (!holds) {
            throw new SysException("interface " + name + ": " + what, errno);
        }
    }

    List<VirtualAddress> four() {
        return addresses.stream().filter(VirtualAddress::isFour).toList();
    }

    List<VirtualAddress> six() {
        return addresses.stream().filter(address -> !address.isFour()).toList();
    }

    /** ifi_flags. */
    int flags() {
        int on = DeviceTraits.IFF_UP | DeviceTraits.IFF_RUNNING | DeviceTraits.IFF_LOWER_UP;
        return traits.flags() | (up ? on : 0);
    }
}
