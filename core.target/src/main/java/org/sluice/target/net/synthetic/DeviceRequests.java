package org.sluice.target.net.synthetic;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.notify.Bytes;

/**
 * The requests of netdevice(7) that only read: dev_ioctl in net/core/dev_ioctl.c, and devinet_ioctl in net/ipv4/devinet.c,
 * which only a socket of IPv4 asks. Stateless.
 */
final class DeviceRequests {

    private static final int SIOCGIFNAME = 0x8910;
    private static final int SIOCGIFFLAGS = 0x8913;
    private static final int SIOCGIFADDR = 0x8915;
    private static final int SIOCGIFDSTADDR = 0x8917;
    private static final int SIOCGIFBRDADDR = 0x8919;
    private static final int SIOCGIFNETMASK = 0x891b;
    private static final int SIOCGIFMETRIC = 0x891d;
    private static final int SIOCGIFMEM = 0x891f;
    private static final int SIOCGIFMTU = 0x8921;
    private static final int SIOCGIFHWADDR = 0x8927;
    private static final int SIOCGIFSLAVE = 0x8929;
    private static final int SIOCGIFINDEX = 0x8933;
    private static final int SIOCGIFPFLAGS = 0x8935;
    private static final int SIOCGIFTXQLEN = 0x8942;
    private static final int SIOCGARP = 0x8954;
    private static final int SIOCGIFMAP = 0x8970;

    /** struct ifreq: a name, then what was asked for. */
    private static final int NAME = 16;

    private static final int IFREQ = 40;

    private static final int ENXIO = 6;

    private DeviceRequests() {}

    static int answer(Interfaces interfaces, int family, int request, Block structure) {
        return switch (request) {
            case SIOCGIFNAME -> name(interfaces, structure);
            case SIOCGIFADDR, SIOCGIFDSTADDR, SIOCGIFBRDADDR, SIOCGIFNETMASK ->
                family == Rtnetlink.AF_INET ? address(interfaces, request, structure) : -Errno.ENOTTY;
            case SIOCGIFFLAGS,
                    SIOCGIFMETRIC,
                    SIOCGIFMEM,
                    SIOCGIFMTU,
                    SIOCGIFHWADDR,
                    SIOCGIFSLAVE,
                    SIOCGIFINDEX,
                    SIOCGIFTXQLEN,
                    SIOCGIFMAP -> device(interfaces, request, structure);
            case SIOCGIFPFLAGS -> family == Rtnetlink.AF_INET ? -Errno.EINVAL : -Errno.ENOTTY;
            case SIOCGARP -> family == Rtnetlink.AF_INET ? -ENXIO : -Errno.ENOTTY;
            default -> -Errno.ENOTTY;
        };
    }

    private static int name(Interfaces interfaces, Block structure) {
        Optional<VirtualLink> link = interfaces.find(structure.getInt(NAME));
        link.ifPresent(found -> structure.zero(0, NAME).put(0, found.name().getBytes(StandardCharsets.US_ASCII)));
        return link.isPresent() ? 0 : -Errno.ENODEV;
    }

    private static int device(Interfaces interfaces, int request, Block structure) {
        Optional<VirtualLink> found = interfaces.find(asked(structure));
        if (found.isEmpty()) {
            return -Errno.ENODEV;
        }
        VirtualLink link = found.get();
        switch (request) {
            case SIOCGIFFLAGS -> structure.putShort(NAME, link.flags());
            case SIOCGIFMETRIC -> structure.putInt(NAME, 0);
            case SIOCGIFMTU -> structure.putInt(NAME, link.mtu());
            case SIOCGIFINDEX -> structure.putInt(NAME, link.index());
            case SIOCGIFTXQLEN -> structure.putInt(NAME, link.traits().queueLength());
            case SIOCGIFMAP -> structure.zero(NAME, IFREQ - NAME);
            case SIOCGIFHWADDR ->
                structure
                        .zero(NAME, NAME)
                        .putShort(NAME, link.traits().hardware())
                        .put(NAME + 2, link.mac().toArray());
            default -> {
                return request == SIOCGIFMEM ? -Errno.ENOTTY : -Errno.EINVAL;
            }
        }
        return 0;
    }

    private static int address(Interfaces interfaces, int request, Block structure) {
        Optional<VirtualLink> link = interfaces.find(asked(structure));
        if (link.isEmpty()) {
            return -Errno.ENODEV;
        }
        // With an address in the structure the one is meant that is the same, else the first.
        Optional<Bytes> meant = structure.getShort(NAME) == Rtnetlink.AF_INET
                ? Optional.of(Bytes.of(structure.get(NAME + 4, 4)))
                : Optional.empty();
        List<VirtualAddress> all = link.get().four();
        Optional<VirtualAddress> first = all.stream()
                .filter(each -> meant.filter(each.ip()::equals).isPresent())
                .findFirst()
                .or(() -> all.stream().findFirst());
        if (first.isEmpty()) {
            return -Errno.EADDRNOTAVAIL;
        }
        VirtualAddress address = first.get();
        Bytes told =
                switch (request) {
                    case SIOCGIFBRDADDR -> address.isBroadcasting() ? address.broadcast() : Bytes.of(new byte[4]);
                    case SIOCGIFNETMASK ->
                        VirtualAddress.masked(Bytes.of((byte) -1, (byte) -1, (byte) -1, (byte) -1), address.prefix());
                    default -> address.ip();
                };
        structure.zero(NAME, NAME).putShort(NAME, Rtnetlink.AF_INET).put(NAME + 4, told.toArray());
        return 0;
    }

    private static String asked(Block structure) {
        StringBuilder name = new StringBuilder();
        // The kernel ends the name at the last byte, and at a colon, behind which older names of addresses stand.
        for (int i = 0; i < NAME - 1 && structure.getByte(i) != 0 && structure.getByte(i) != ':'; i++) {
            name.append((char) (structure.getByte(i) & 0xff));
        }
        return name.toString();
    }

    /** IPv4 addresses, as inet_gifconf in net/ipv4/devinet.c lists them. */
    static byte[] addresses(Interfaces interfaces) {
        int count =
                interfaces.links().stream().mapToInt(link -> link.four().size()).sum();
        ByteBuffer list = ByteBuffer.allocate(count * IFREQ).order(ByteOrder.nativeOrder());
        int at = 0;
        for (VirtualLink link : interfaces.links()) {
            for (VirtualAddress address : link.four()) {
                list.put(at, link.name().getBytes(StandardCharsets.US_ASCII))
                        .putShort(at + NAME, (short) Rtnetlink.AF_INET)
                        .put(at + NAME + 4, address.ip().toArray());
                at += IFREQ;
            }
        }
        return list.array();
    }
}
