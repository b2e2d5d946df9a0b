package org.sluice.target.net.synthetic;

import java.util.Optional;
import org.sluice.notify.Bytes;

/** Which of the interfaces' own addresses a packet gets that names none. Immutable. */
record SourceAddresses(Interfaces interfaces) {

    /** What is sent to nowhere goes to the first address of the interface, else of the loopback device. */
    Bytes ownFor(int link) {
        return interfaces.find(link).stream()
                .flatMap(found -> found.four().stream())
                .map(VirtualAddress::ip)
                .findFirst()
                .orElse(VirtualAddress.LOOPBACK_4.ip());
    }

    /** The interface that has an address. */
    Optional<VirtualLink> owner(Bytes ip) {
        return interfaces.links().stream()
                .filter(link -> link.addresses().stream()
                        .anyMatch(address -> address.ip().equals(ip)
                                || (link.traits().isLoopback() && address.isFour() && address.contains(ip))))
                .findFirst();
    }

    /** inet_select_addr in net/ipv4/devinet.c: the address in the network of the next hop, else the first that fits. */
    Bytes towards(FibRoute route) {
        Optional<Bytes> next = route.gateway();
        return interfaces.find(route.link()).stream()
                .flatMap(link -> link.four().stream())
                .filter(address ->
                        !address.isSecondary() && next.map(address::contains).orElse(true))
                .map(VirtualAddress::ip)
                .findFirst()
                .orElseGet(() -> on(route.link()));
    }

    /** The first address of an interface that is good for anything on its link, else one of another interface, else none. */
    Bytes on(int index) {
        return interfaces.links().stream()
                .sorted((one, other) -> Boolean.compare(other.index() == index, one.index() == index))
                .flatMap(link -> link.four().stream()
                        .filter(address -> !address.isSecondary() && address.scope() <= VirtualAddress.SCOPE_LINK))
                .map(VirtualAddress::ip)
                .findFirst()
                .orElse(Bytes.of(new byte[4]));
    }

    /** RFC 6724, as far as it is decided by the common prefix. */
    Optional<Bytes> six(Bytes to, int index) {
        Optional<Bytes> best = Optional.empty();
        for (VirtualLink link : interfaces.links()) {
            if (link.index() == index || best.isEmpty()) {
                for (VirtualAddress address : link.six()) {
                    boolean usable = address.scope() != VirtualAddress.SCOPE_HOST;
                    if (usable && (best.isEmpty() || common(address.ip(), to) > common(best.get(), to))) {
                        best = Optional.of(address.ip());
                    }
                }
            }
        }
        return best;
    }

    private static int common(Bytes one, Bytes other) {
        int bits = 0;
        while (bits < 128 && ((one.at(bits / 8) ^ other.at(bits / 8)) >> (7 - bits % 8) & 1) == 0) {
            bits++;
        }
        return bits;
    }
}
