package org.sluice.handler.portmap;

import java.util.Set;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Bytes;

/**
 * What belongs to groups rather than to one socket: addresses in 224.0.0.0/4 (RFC 1112) and ff00::/8 (RFC 4291), and the
 * ports of services that are found by such an address. All members of a group on a machine bind its port with
 * SO_REUSEADDR or SO_REUSEPORT, and each gets every message (RFC 6762, section 15.1); under another port a member would
 * hear nothing.
 */
final class Multicast {

    /** SSDP, WS-Discovery, mDNS, LLMNR. */
    private static final Set<Integer> SERVICES = Set.of(1900, 3702, 5353, 5355);

    private Multicast() {}

    static boolean isService(int port) {
        return SERVICES.contains(port);
    }

    static boolean contains(Inet address) {
        Bytes ip = address.unmapped().ip();
        return ip.length() == 4 ? (ip.at(0) & 0xf0) == 0xe0 : (ip.at(0) & 0xff) == 0xff;
    }
}
