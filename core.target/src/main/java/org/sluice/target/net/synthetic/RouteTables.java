package org.sluice.target.net.synthetic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.sluice.notify.Bytes;
import org.sluice.target.net.LinkRoute;

/**
 * The routes that interfaces bring: net/ipv4/fib_frontend.c ({@code fib_add_ifaddr}) and net/ipv6/addrconf.c. Immutable.
 *
 * @param all in the order of a dump
 */
record RouteTables(List<FibRoute> all) {

    private static final int PRIORITY_CONNECTED = 256;
    private static final int PRIORITY_GIVEN = 1024;

    private static final Bytes MULTICAST_6 = multicast6();

    static RouteTables of(List<VirtualLink> links) {
        List<FibRoute> routes = new ArrayList<>();
        for (VirtualLink link : links) {
            link.four().forEach(address -> addFour(routes, link, address));
            if (link.up()) {
                link.six().forEach(address -> addSix(routes, link, address));
                if (!link.traits().isLoopback()) {
                    add(
                            routes,
                            six(FibRoute.TABLE_LOCAL, MULTICAST_6, 8, FibRoute.MULTICAST, PRIORITY_CONNECTED, link));
                }
                link.routes().forEach(route -> add(routes, given(route, link)));
            }
        }
        return new RouteTables(routes.stream().sorted().toList());
    }

    private static void addFour(List<FibRoute> routes, VirtualLink link, VirtualAddress address) {
        VirtualAddress first = link.four().stream()
                .filter(other -> other.prefix() == address.prefix() && other.contains(address.ip()))
                .findFirst()
                .orElse(address);
        add(routes, four(FibRoute.LOCAL, address.ip(), 32, first, link));
        boolean loopback = link.traits().isLoopback();
        if (loopback && link.wasUp() && address.prefix() < 32) {
            add(routes, four(FibRoute.LOCAL, address.network(), address.prefix(), address, link));
        }
        if (address.isSecondary() || !link.up()) {
            return;
        }
        if (address.isBroadcasting()) {
            add(routes, four(FibRoute.BROADCAST, address.broadcast(), 32, address, link));
        }
        Bytes network = address.network();
        if (network.at(0) != 0 && (address.prefix() < 32 || !network.equals(address.ip()))) {
            int type = loopback ? FibRoute.LOCAL : FibRoute.UNICAST;
            add(routes, four(type, network, address.prefix(), address, link));
            if (address.prefix() < 31) {
                add(routes, four(FibRoute.BROADCAST, address.broadcast(), 32, address, link));
            }
        }
    }

    private static FibRoute four(int type, Bytes to, int prefix, VirtualAddress of, VirtualLink link) {
        return new FibRoute(
                type == FibRoute.UNICAST ? FibRoute.TABLE_MAIN : FibRoute.TABLE_LOCAL,
                to,
                prefix,
                FibRoute.KERNEL,
                type == FibRoute.LOCAL ? VirtualAddress.SCOPE_HOST : VirtualAddress.SCOPE_LINK,
                type,
                Optional.of(of.ip()),
                0,
                Optional.empty(),
                link.index());
    }

    private static void addSix(List<FibRoute> routes, VirtualLink link, VirtualAddress address) {
        add(routes, six(FibRoute.TABLE_LOCAL, address.ip(), 128, FibRoute.LOCAL, 0, link));
        if (address.prefix() < 128) {
            add(
                    routes,
                    six(
                            FibRoute.TABLE_MAIN,
                            address.network(),
                            address.prefix(),
                            FibRoute.UNICAST,
                            PRIORITY_CONNECTED,
                            link));
        }
    }

    private static FibRoute six(int table, Bytes to, int prefix, int type, int priority, VirtualLink link) {
        return new FibRoute(
                table,
                to,
                prefix,
                FibRoute.KERNEL,
                0,
                type,
                Optional.empty(),
                priority,
                Optional.empty(),
                link.index());
    }

    private static FibRoute given(LinkRoute route, VirtualLink link) {
        boolean four = route.destination().length() == 4;
        boolean direct = route.gateway().isEmpty();
        return new FibRoute(
                FibRoute.TABLE_MAIN,
                route.destination(),
                route.prefix(),
                FibRoute.BOOT,
                four && direct ? VirtualAddress.SCOPE_LINK : VirtualAddress.SCOPE_UNIVERSE,
                FibRoute.UNICAST,
                Optional.empty(),
                four ? 0 : PRIORITY_GIVEN,
                route.gateway(),
                link.index());
    }

    /** The kernel keeps one of equal routes. */
    private static void add(List<FibRoute> routes, FibRoute route) {
        if (!routes.contains(route)) {
            routes.add(route);
        }
    }

    /**
     * The route to an address, of the local table if it has one.
     *
     * @param link the interface that it must be through; 0 for any
     */
    Optional<FibRoute> to(Bytes address, int link) {
        Comparator<FibRoute> best = Comparator.comparingInt((FibRoute route) -> route.table())
                .thenComparingInt(FibRoute::prefix)
                .thenComparingInt(route -> -route.priority());
        return all.stream()
                .filter(route -> route.covers(address) && (link == 0 || route.link() == link))
                .max(best);
    }

    private static Bytes multicast6() {
        byte[] ip = new byte[16];
        ip[0] = (byte) 0xff;
        return Bytes.of(ip);
    }
}
