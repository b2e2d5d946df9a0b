package org.sluice.policy.pattern;

import java.util.Locale;

/**
 * IP addresses and ports: {@code 192.0.2.0/24!80-90}, {@code 2001:db8::/32!443}, {@code loopback!*}, {@code any!53,443}.
 * Compiled to numbers in the IPv6 form; {@code ::/0} is IPv6 alone, so the family is a condition of its own.
 */
final class IpPattern implements AddressPattern {

    /** What stands before an IPv4 address in the last eight bytes of its IPv6 form. */
    static final long MAPPED = 0xffff_0000_0000L;

    private static final String EXAMPLE = "; write it as 192.0.2.0/24!80-90, 2001:db8::1!443, loopback!* or any!53";

    private enum Family {
        IPV4,
        IPV6,
        LOOPBACK,
        ANY
    }

    private final Family family;
    private final long high;
    private final long low;
    private final long highMask;
    private final long lowMask;
    private final int[] ports;

    private IpPattern(Family family, long high, long low, int prefix, int[] ports) {
        this.family = family;
        this.highMask = prefix == 0 ? 0 : prefix >= 64 ? -1 : -1L << (64 - prefix);
        this.lowMask = prefix <= 64 ? 0 : -1L << (128 - prefix);
        this.high = high & highMask;
        this.low = low & lowMask;
        this.ports = ports;
    }

    @Override
    public boolean matchesIp(long addressHigh, long addressLow, int port) {
        return matchesPort(port) && matchesAddress(addressHigh, addressLow);
    }

    private boolean matchesAddress(long addressHigh, long addressLow) {
        boolean ipv4 = addressHigh == 0 && addressLow >>> 32 == 0xffff;
        return switch (family) {
            case ANY -> true;
            case LOOPBACK -> ipv4 ? ((addressLow >>> 24) & 0xff) == 127 : addressHigh == 0 && addressLow == 1;
            case IPV4 -> ipv4 && (addressLow & lowMask) == low;
            case IPV6 -> !ipv4 && (addressHigh & highMask) == high && (addressLow & lowMask) == low;
        };
    }

    private boolean matchesPort(int port) {
        for (int i = 0; i < ports.length; i += 2) {
            if (port >= ports[i] && port <= ports[i + 1]) {
                return true;
            }
        }
        return false;
    }

    static IpPattern parse(String text) throws PatternException {
        int bang = text.indexOf('!');
        if (bang < 0) {
            throw new PatternException("no port" + EXAMPLE, text.length());
        }
        int[] ports = PortList.parse(text, bang + 1);
        String address = text.substring(0, bang);
        if (address.equals("any")) {
            return new IpPattern(Family.ANY, 0, 0, 0, ports);
        }
        if (address.equals("loopback")) {
            return new IpPattern(Family.LOOPBACK, 0, 0, 0, ports);
        }
        int slash = address.indexOf('/');
        String plain = slash < 0 ? address : address.substring(0, slash);
        byte[] ip = IpText.parse(plain);
        if (ip.length == 0) {
            throw new PatternException(notAnAddress(plain, text.substring(bang)), 0);
        }
        int bits = ip.length * 8;
        int prefix = slash < 0 ? bits : prefix(address, slash + 1, bits);
        long high = ip.length == 4 ? 0 : number(ip, 0, 8);
        long low = ip.length == 4 ? MAPPED | number(ip, 0, 4) : number(ip, 8, 16);
        int whole = ip.length == 4 ? prefix + 96 : prefix;
        boolean ipv4 = high == 0 && low >>> 32 == 0xffff && whole >= 96;
        IpPattern pattern = new IpPattern(ipv4 ? Family.IPV4 : Family.IPV6, high, low, whole, ports);
        if (pattern.high != high || pattern.low != low) {
            throw new PatternException(
                    "bits are set behind the first " + prefix + "; a single address is " + plain + text.substring(bang),
                    slash);
        }
        return pattern;
    }

    private static int prefix(String address, int from, int bits) throws PatternException {
        int prefix = PortList.number(address, from, address.length());
        if (prefix < 0 || prefix > bits) {
            throw new PatternException("a prefix length from 0 to " + bits + " follows the slash", from);
        }
        return prefix;
    }

    private static String notAnAddress(String text, String port) {
        if (text.toLowerCase(Locale.ROOT).equals("localhost")) {
            return "this machine is written loopback" + port;
        }
        if (!text.isEmpty() && text.indexOf(':') < 0 && text.chars().anyMatch(Character::isLetter)) {
            return "'" + text + "' is a name, and the kernel sees addresses; 'getent ahosts " + text
                    + "' prints them, then write 192.0.2.1" + port;
        }
        return "'" + text + "' is no IP address" + EXAMPLE;
    }

    private static long number(byte[] bytes, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = (number << 8) | (bytes[i] & 0xff);
        }
        return number;
    }
}
