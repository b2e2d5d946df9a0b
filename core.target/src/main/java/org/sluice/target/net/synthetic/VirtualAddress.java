package org.sluice.target.net.synthetic;

import org.sluice.notify.Bytes;
import org.sluice.target.net.LinkAddress;

/**
 * An address of an interface.
 *
 * @param ip 4 or 16 bytes
 * @param prefix in bits
 * @param scope RT_SCOPE_*
 * @param flags IFA_F_*
 */
record VirtualAddress(Bytes ip, int prefix, int scope, int flags) {

    static final int SCOPE_UNIVERSE = 0;
    static final int SCOPE_SITE = 200;
    static final int SCOPE_LINK = 253;
    static final int SCOPE_HOST = 254;

    static final int SECONDARY = 1;
    static final int NODAD = 2;
    static final int PERMANENT = 0x80;

    /** The two that a loopback device has by itself. */
    static final VirtualAddress LOOPBACK_4 =
            new VirtualAddress(Bytes.of((byte) 127, (byte) 0, (byte) 0, (byte) 1), 8, SCOPE_HOST, PERMANENT);

    static final VirtualAddress LOOPBACK_6 = new VirtualAddress(loopback6(), 128, SCOPE_HOST, PERMANENT);

    static VirtualAddress of(LinkAddress address) {
        return address.address().length() == 4
                ? new VirtualAddress(address.address(), address.prefix(), address.scope(), PERMANENT)
                : new VirtualAddress(address.address(), address.prefix(), scope6(address.address()), PERMANENT | NODAD);
    }

    private static Bytes loopback6() {
        byte[] ip = new byte[16];
        ip[15] = 1;
        return Bytes.of(ip);
    }

    /** As rt_scope of ipv6_addr_scope in net/ipv6/addrconf.c. */
    private static int scope6(Bytes ip) {
        if (ip.equals(loopback6())) {
            return SCOPE_HOST;
        }
        int first = (ip.at(0) & 0xff) << 8 | (ip.at(1) & 0xff);
        return switch (first & 0xffc0) {
            case 0xfe80 -> SCOPE_LINK;
            case 0xfec0 -> SCOPE_SITE;
            default -> SCOPE_UNIVERSE;
        };
    }

    boolean isFour() {
        return ip.length() == 4;
    }

    boolean isSecondary() {
        return (flags & SECONDARY) != 0;
    }

    VirtualAddress secondary() {
        return new VirtualAddress(ip, prefix, scope, flags | SECONDARY);
    }

    /** Its network: the address without the bits beyond the prefix. */
    Bytes network() {
        return masked(ip, prefix);
    }

    /** Whether another address of the same family is in its network. */
    boolean contains(Bytes other) {
        return other.length() == ip.length() && masked(other, prefix).equals(network());
    }

    /** The last address of the network of an IPv4 address. */
    Bytes broadcast() {
        byte[] bytes = ip.toArray();
        for (int bit = prefix; bit < 32; bit++) {
            bytes[bit / 8] |= (byte) (0x80 >> (bit % 8));
        }
        return Bytes.of(bytes);
    }

    /** Whether it has a broadcast address of its own. */
    boolean isBroadcasting() {
        return isFour() && prefix < 31 && ip.at(0) != 127;
    }

    static Bytes masked(Bytes ip, int prefix) {
        byte[] bytes = ip.toArray();
        for (int bit = prefix; bit < 8 * bytes.length; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        return Bytes.of(bytes);
    }
}
