package org.sluice.target.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.sluice.notify.Bytes;

/** An IP address with the length of a prefix in bits. */
record IpPrefix(Bytes address, int length) {

    /** Reads {@code ADDRESS/LEN}. */
    static IpPrefix of(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("'" + text + "' is no address with a prefix; write 10.1.2.3/24");
        }
        Bytes address = address(text.substring(0, slash));
        int length = Integer.parseInt(text.substring(slash + 1));
        if (length > 8 * address.length()) {
            throw new IllegalArgumentException("'" + text + "': the prefix is longer than the address");
        }
        return new IpPrefix(address, length);
    }

    /** Reads an address; never looks a name up. */
    static Bytes address(String text) {
        boolean four = text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
        if (!four && !text.matches("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            throw new IllegalArgumentException("'" + text + "' is no IP address");
        }
        try {
            InetAddress address = InetAddress.getByName(text);
            if (!four && !(address instanceof Inet6Address)) {
                throw new IllegalArgumentException("'" + text + "' is an IPv4 address; write it as one");
            }
            return Bytes.of(address.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("'" + text + "' is no IP address", e);
        }
    }

    boolean isLoopback() {
        return address.length() == 4 && address.at(0) == 127;
    }

    /** Whether all bits beyond the prefix are 0. */
    boolean isNetwork() {
        for (int bit = length; bit < 8 * address.length(); bit++) {
            if ((address.at(bit / 8) >> (7 - bit % 8) & 1) != 0) {
                return false;
            }
        }
        return true;
    }
}
