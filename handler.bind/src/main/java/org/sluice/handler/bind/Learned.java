package org.sluice.handler.bind;

import java.util.List;
import org.sluice.notify.Address;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Bytes;

/**
 * The addresses under which a bound socket can be reached from its own sandbox. A socket on a wildcard address answers on
 * every address of the machine (ip(7)); of these only the loopback ones are the sandbox's own. The wildcard itself is
 * among them, because connect(2) to it goes to loopback.
 */
final class Learned {

    private static final Bytes ANY4 = Bytes.of(new byte[4]);
    private static final Bytes LOOPBACK4 = Bytes.of(new byte[] {127, 0, 0, 1});
    private static final Bytes LOOPBACK6 = Bytes.of(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

    private Learned() {}

    /**
     * What to allow for a socket, in the order of learning.
     *
     * @param bound the address that the kernel gave, with the port as the target sees it
     * @param v6Only whether an IPv6 socket keeps out of IPv4
     */
    static List<Address> from(Address bound, boolean v6Only) {
        if (!(bound instanceof Inet inet)) {
            return bound.family() == 1 ? List.of(bound) : List.of();
        }
        Inet plain = inet.unmapped();
        int port = plain.port();
        if (port == 0) {
            return List.of(); // nobody listens on port 0
        }
        if (!plain.isWildcard()) {
            return List.of(plain);
        }
        Inet any4 = new Inet(ANY4, port);
        Inet loopback4 = new Inet(LOOPBACK4, port);
        if (plain.family() == any4.family()) {
            return List.of(any4, loopback4);
        }
        Inet loopback6 = new Inet(LOOPBACK6, port);
        return v6Only ? List.of(plain, loopback6) : List.of(plain, any4, loopback4, loopback6);
    }
}
