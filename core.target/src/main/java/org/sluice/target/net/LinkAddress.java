package org.sluice.target.net;

import java.util.List;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;

/**
 * An address of an interface.
 *
 * @param address 4 or 16 bytes
 * @param prefix the length of the network's prefix in bits
 * @param scope as in linux/rtnetlink.h; the kernel finds that of an IPv6 address by itself
 */
public record LinkAddress(Bytes address, int prefix, int scope) {

    private static final int GLOBAL = 0;
    private static final int SITE = 200;
    private static final int LINK = 253;
    private static final int HOST = 254;

    private static final List<String> WORDS = List.of("global", "site", "link", "host");
    private static final List<Integer> SCOPES = List.of(GLOBAL, SITE, LINK, HOST);

    private static final String NO_PORT = "!0";

    /** {@code ADDRESS/LEN} as people write it (RFC 5952), of 4 or 16 bytes. */
    public static String text(Bytes address, int prefix) {
        String socket = new Address.Inet(address, 0).toString();
        return socket.substring(0, socket.length() - NO_PORT.length()) + "/" + prefix;
    }

    /**
     * Reads {@code ADDRESS/LEN} or {@code ADDRESS/LEN scope WORD}.
     *
     * @throws IllegalArgumentException with a clause that says what is wrong
     */
    static LinkAddress of(String text) {
        String[] words = text.strip().split(" +", -1);
        boolean scoped = words.length == 3 && words[1].equals("scope") && WORDS.contains(words[2]);
        if (words.length != 1 && !scoped) {
            throw new IllegalArgumentException(
                    "address '" + text + "': write 10.1.2.3/24, or with one of the scopes global, site, link, host: "
                            + "10.1.2.3/24 scope link");
        }
        IpPrefix prefix = IpPrefix.of(words[0]);
        int scope = prefix.isLoopback() ? HOST : GLOBAL;
        return new LinkAddress(prefix.address(), prefix.length(), scoped ? SCOPES.get(WORDS.indexOf(words[2])) : scope);
    }
}
