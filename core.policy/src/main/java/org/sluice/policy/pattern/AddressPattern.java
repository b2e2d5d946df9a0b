package org.sluice.policy.pattern;

import org.sluice.notify.Address;
import org.sluice.notify.Bytes;

/**
 * A compiled pattern. IP addresses are matched as two longs: an IPv4 address is taken in its IPv6 form ::ffff:a.b.c.d, so
 * an address and its v4-mapped spelling are the same number.
 */
public interface AddressPattern {

    /**
     * Whether an IP address and port match.
     *
     * @param high the first eight bytes of the IPv6 form
     * @param low the last eight
     */
    default boolean matchesIp(long high, long low, int port) {
        return false;
    }

    /** Whether the canonical path of a Unix socket matches. */
    default boolean matchesPath(Bytes path) {
        return false;
    }

    /** Whether a name in the abstract namespace matches. */
    default boolean matchesAbstract(Bytes name) {
        return false;
    }

    /** Whether a Unix address without a name matches. */
    default boolean matchesUnnamed() {
        return false;
    }

    /** The first eight bytes of an address in its IPv6 form. */
    static long high(Address.Inet inet) {
        return inet.ip().length() == 4 ? 0 : number(inet.ip(), 0, 8);
    }

    /** The last eight bytes of an address in its IPv6 form. */
    static long low(Address.Inet inet) {
        return inet.ip().length() == 4 ? IpPattern.MAPPED | number(inet.ip(), 0, 4) : number(inet.ip(), 8, 16);
    }

    /**
     * Compiles a pattern.
     *
     * @throws PatternException if it cannot be read
     */
    static AddressPattern parse(String text) throws PatternException {
        if (text.isEmpty()) {
            throw new PatternException("the pattern is empty", 0);
        }
        if (text.equals("!unnamed")) {
            return new AddressPattern() {
                @Override
                public boolean matchesUnnamed() {
                    return true;
                }
            };
        }
        return switch (text.charAt(0)) {
            case '/' -> PathPattern.parse(text);
            case '@' -> AbstractPattern.parse(text);
            case '$' -> throw new PatternException("a variable stands where no folder is known yet", 0);
            default -> IpPattern.parse(text);
        };
    }

    private static long number(Bytes bytes, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = (number << 8) | (bytes.at(i) & 0xff);
        }
        return number;
    }
}
