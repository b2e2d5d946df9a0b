package org.sluice.notify;

/**
 * A rule as it is written: {@code allow net/connect 192.0.2.0/24!80-90}.
 *
 * @param allow allow or deny
 * @param operation {@link #CONNECT}, {@link #BIND} or {@link #SEND}
 * @param pattern an IP pattern, a path glob, {@code @abstract} or {@code !unnamed}
 */
public record Rule(boolean allow, String operation, String pattern) {

    /** connect(2). */
    public static final String CONNECT = "net/connect";

    /** bind(2) and listen(2). */
    public static final String BIND = "net/bind";

    /** sendto(2) and its kin with an address. */
    public static final String SEND = "net/send";

    /** Allows connecting to exactly this address. */
    public static Rule allowConnect(Address address) {
        return new Rule(true, CONNECT, literal(address));
    }

    /** The pattern that matches exactly {@code address}. */
    public static String literal(Address address) {
        if (address instanceof Address.Inet inet) {
            Address.Inet plain = inet.unmapped();
            return InetText.format(plain.ip()) + "/" + 8 * plain.ip().length() + "!" + plain.port();
        }
        return escape(address.toString());
    }

    /** Takes the meaning of a glob's characters away: each becomes a class of one. */
    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '*' || c == '?' || c == '[') {
                escaped.append('[').append(c).append(']');
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    @Override
    public String toString() {
        return (allow ? "allow " : "deny ") + operation + " " + pattern;
    }
}
