package org.sluice.target.net;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.sluice.linux.Descriptor;
import org.sluice.linux.Errno;
import org.sluice.linux.SysException;
import org.sluice.notify.Bytes;

/**
 * Makes, changes and lists the interfaces of a network namespace (rtnetlink(7); numbers from linux/rtnetlink.h,
 * linux/if_link.h, linux/if_addr.h, linux/veth.h). A failure is a {@link SysException} that names the interface.
 */
final class LinkSetup implements AutoCloseable {

    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_SETLINK = 19;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_NEWROUTE = 24;

    private static final String PAIR = "veth";

    private static final int CREATE_NEW = 0x400 | 0x200;

    private static final int AF_UNSPEC = 0;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int IFF_UP = 1;

    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_AF_SPEC = 26;
    private static final int IFLA_NET_NS_FD = 28;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final int VETH_INFO_PEER = 1;
    private static final int IFLA_INET6_ADDR_GEN_MODE = 8;
    private static final byte GEN_MODE_NONE = 1;

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_BROADCAST = 4;
    private static final int IFA_F_NODAD = 2;

    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RT_TABLE_MAIN = 254;
    private static final int RTPROT_BOOT = 3;
    private static final int RT_SCOPE_LINK = 253;
    private static final int RTN_UNICAST = 1;

    /** Long past what the kernel needs; a bridge without ports never has a carrier, and does not wait for one. */
    private static final long CARRIER_NANOS = 2_000_000_000L;

    private static final long CARRIER_LOOK_NANOS = 100_000;

    private final RouteSocket socket;
    private final Descriptor peers;
    private final RouteSocket peerSocket;

    /**
     * For one namespace. Takes everything over.
     *
     * @param socket a routing socket of the namespace
     * @param peers the namespace that keeps the other halves of pairs
     * @param peerSocket a routing socket of that one
     */
    LinkSetup(RouteSocket socket, Descriptor peers, RouteSocket peerSocket) {
        this.socket = socket;
        this.peers = peers;
        this.peerSocket = peerSocket;
    }

    /** The routing socket of the namespace. */
    int fd() {
        return socket.fd();
    }

    /** Makes an interface, or for {@code lo} changes the one that is there. */
    void add(Link link) {
        if (link.kind() == LinkKind.LOOPBACK) {
            change(link, 1);
        } else {
            create(link);
            int index = index(link.name());
            must(link, "switching automatic addresses off", withoutAutomaticAddresses(index));
            change(link, index);
        }
    }

    private void create(Link link) {
        int error = -Errno.EOPNOTSUPP;
        for (String type : link.kind().types()) {
            error = socket.request(creation(link, type));
            if (error == 0 && type.equals(PAIR)) {
                // Without it the other half has no carrier.
                int peer = index(peerSocket, link.name());
                error = peerSocket.request(interfaceMessage(RTM_NEWLINK, 0, peer, IFF_UP, IFF_UP));
            }
            if (error != -Errno.EOPNOTSUPP) {
                break;
            }
        }
        must(link, "making it of type " + String.join(" or ", link.kind().types()), error);
    }

    private RouteMessage creation(Link link, String type) {
        RouteMessage message =
                interfaceMessage(RTM_NEWLINK, CREATE_NEW, 0, 0, 0).attribute(IFLA_IFNAME, link.name());
        link.hardware().map(Bytes::toArray).ifPresent(mac -> message.attribute(IFLA_ADDRESS, mac));
        if (link.mtu() > 0) {
            message.attribute(IFLA_MTU, link.mtu());
        }
        int info = message.open(IFLA_LINKINFO);
        message.attribute(IFLA_INFO_KIND, type);
        if (type.equals(PAIR)) {
            int data = message.open(IFLA_INFO_DATA);
            int peer = message.open(VETH_INFO_PEER);
            interfaceBody(message, 0, 0, 0).attribute(IFLA_IFNAME, link.name()).attribute(IFLA_NET_NS_FD, peers.fd());
            message.close(peer).close(data);
        }
        return message.close(info);
    }

    private static RouteMessage withoutAutomaticAddresses(int index) {
        RouteMessage message = interfaceMessage(RTM_SETLINK, 0, index, 0, 0);
        int families = message.open(IFLA_AF_SPEC);
        int six = message.open(AF_INET6);
        return message.attribute(IFLA_INET6_ADDR_GEN_MODE, new byte[] {GEN_MODE_NONE})
                .close(six)
                .close(families);
    }

    private void change(Link link, int index) {
        if (link.kind() == LinkKind.LOOPBACK && link.mtu() > 0) {
            must(link, "its MTU", interfaceMessage(RTM_SETLINK, 0, index, 0, 0).attribute(IFLA_MTU, link.mtu()));
        }
        must(link, "switching it", interfaceMessage(RTM_NEWLINK, 0, index, link.up() ? IFF_UP : 0, IFF_UP));
        for (LinkAddress address : link.addresses()) {
            must(link, "its addresses", addressMessage(address, index));
        }
        if (link.up()) {
            awaitCarrier(index);
            for (LinkRoute route : link.routes()) {
                must(link, "its routes", routeMessage(route, index));
            }
        }
    }

    /** The kernel notices in its own time that both halves of a pair are up; until then the interface counts as down. */
    private void awaitCarrier(int index) {
        long deadline = System.nanoTime() + CARRIER_NANOS;
        while (!states().stream().allMatch(link -> link.index() != index || link.isSettled())
                && System.nanoTime() < deadline) {
            LockSupport.parkNanos(CARRIER_LOOK_NANOS);
        }
    }

    private static RouteMessage addressMessage(LinkAddress address, int index) {
        Bytes ip = address.address();
        boolean four = ip.length() == 4;
        RouteMessage message = new RouteMessage(RTM_NEWADDR, CREATE_NEW)
                .byteField(four ? AF_INET : AF_INET6)
                .byteField(address.prefix())
                // Nobody else is on the link, so that looking for duplicates would only delay the address.
                .byteField(four ? 0 : IFA_F_NODAD)
                .byteField(address.scope())
                .intField(index)
                .attribute(IFA_LOCAL, ip.toArray())
                .attribute(IFA_ADDRESS, ip.toArray());
        if (four && address.prefix() < 31 && ip.at(0) != 127) {
            message.attribute(IFA_BROADCAST, broadcast(ip.toArray(), address.prefix()));
        }
        return message;
    }

    private static byte[] broadcast(byte[] ip, int prefix) {
        for (int bit = prefix; bit < 32; bit++) {
            ip[bit / 8] |= (byte) (0x80 >> (bit % 8));
        }
        return ip;
    }

    private static RouteMessage routeMessage(LinkRoute route, int index) {
        boolean four = route.destination().length() == 4;
        boolean direct = route.gateway().isEmpty();
        RouteMessage message = new RouteMessage(RTM_NEWROUTE, CREATE_NEW)
                .byteField(four ? AF_INET : AF_INET6)
                .byteField(route.prefix())
                .byteField(0)
                .byteField(0)
                .byteField(RT_TABLE_MAIN)
                .byteField(RTPROT_BOOT)
                .byteField(four && direct ? RT_SCOPE_LINK : 0)
                .byteField(RTN_UNICAST)
                .intField(0)
                .attribute(RTA_OIF, index);
        if (route.prefix() > 0) {
            message.attribute(RTA_DST, route.destination().toArray());
        }
        route.gateway().map(Bytes::toArray).ifPresent(gateway -> message.attribute(RTA_GATEWAY, gateway));
        return message;
    }

    /** Switches an interface on or off. */
    void set(String name, boolean up) {
        must(name, "switching it", interfaceMessage(RTM_NEWLINK, 0, index(name), up ? IFF_UP : 0, IFF_UP));
    }

    /** Removes an interface. */
    void remove(String name) {
        must(name, "removing it", interfaceMessage(RTM_DELLINK, 0, index(name), 0, 0));
    }

    /** The interfaces as they are now. */
    List<LinkState> states() {
        return new LinkList(socket).read();
    }

    private int index(String name) {
        return index(socket, name);
    }

    private static int index(RouteSocket socket, String name) {
        int[] index = {0};
        RouteMessage question = interfaceMessage(RTM_GETLINK, 0, 0, 0, 0).attribute(IFLA_IFNAME, name);
        int error = socket.request(question, at -> index[0] = socket.answer().getInt(at + RouteMessage.HEADER + 4));
        SysException.check("interface " + name, error);
        return index[0];
    }

    /** struct ifinfomsg. */
    private static RouteMessage interfaceMessage(int type, int flags, int index, int set, int changed) {
        return interfaceBody(new RouteMessage(type, flags), index, set, changed);
    }

    private static RouteMessage interfaceBody(RouteMessage message, int index, int set, int changed) {
        return message.byteField(AF_UNSPEC)
                .byteField(0)
                .shortField(0)
                .intField(index)
                .intField(set)
                .intField(changed);
    }

    private void must(Link link, String what, RouteMessage message) {
        must(link.name(), what, message);
    }

    private void must(String name, String what, RouteMessage message) {
        SysException.check("interface " + name + ": " + what, socket.request(message));
    }

    private static void must(Link link, String what, int error) {
        SysException.check("interface " + link.name() + ": " + what, error);
    }

    @Override
    public void close() {
        socket.close();
        peerSocket.close();
        peers.close();
    }
}
