package org.sluice.target.net;

import java.util.Optional;
import org.sluice.notify.Bytes;

/**
 * A route through an interface.
 *
 * @param destination 4 or 16 bytes; all zero with a prefix of 0 is everywhere
 * @param prefix the length of its prefix in bits
 * @param gateway of the same family; without one the destination is on the link
 */
public record LinkRoute(Bytes destination, int prefix, Optional<Bytes> gateway) {

    /**
     * Reads {@code ADDRESS/LEN}, {@code ADDRESS/LEN via GATEWAY} or {@code default via GATEWAY}.
     *
     * @throws IllegalArgumentException with a clause that says what is wrong
     */
    static LinkRoute of(String text) {
        String[] words = text.strip().split(" +", -1);
        boolean via = words.length == 3 && words[1].equals("via");
        if (words[0].equals("default") && via) {
            return defaultVia(words[2]);
        }
        if (words.length != 1 && !via) {
            throw new IllegalArgumentException("route '" + text + "': write 10.9.0.0/16 via 10.1.2.1");
        }
        IpPrefix to = IpPrefix.of(words[0]);
        Optional<Bytes> gateway = via ? Optional.of(IpPrefix.address(words[2])) : Optional.empty();
        if (gateway.isPresent() && gateway.get().length() != to.address().length()) {
            throw new IllegalArgumentException("route '" + text + "': destination and gateway are of two families");
        }
        if (!to.isNetwork()) {
            throw new IllegalArgumentException("route '" + text + "': bits of the destination are beyond its prefix");
        }
        return new LinkRoute(to.address(), to.length(), gateway);
    }

    static LinkRoute defaultVia(String gateway) {
        Bytes address = IpPrefix.address(gateway);
        return new LinkRoute(Bytes.of(new byte[address.length()]), 0, Optional.of(address));
    }
}
