package org.sluice.policy.pattern;

/** IP addresses from text (RFC 4291, section 2.2; dotted quads in decimal alone), without asking a resolver. */
public final class IpText {

    private static final byte[] NONE = {};

    private IpText() {}

    /** The 4 or 16 bytes of an address, or none if the text is no address. */
    public static byte[] parse(String text) {
        return text.indexOf(':') < 0 ? parse4(text) : parse6(text);
    }

    private static byte[] parse4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return NONE;
        }
        byte[] ip = new byte[4];
        for (int i = 0; i < 4; i++) {
            int number = PortList.number(parts[i], 0, parts[i].length());
            boolean octal = parts[i].length() > 1 && parts[i].charAt(0) == '0';
            if (number < 0 || number > 255 || octal) {
                return NONE;
            }
            ip[i] = (byte) number;
        }
        return ip;
    }

    private static byte[] parse6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            byte[] ip = groups(text);
            return ip.length == 16 ? ip : NONE;
        }
        if (text.indexOf("::", gap + 1) >= 0) {
            return NONE;
        }
        String before = text.substring(0, gap);
        String after = text.substring(gap + 2);
        byte[] head = groups(before);
        byte[] tail = groups(after);
        boolean bad = (head.length == 0 && !before.isEmpty()) || (tail.length == 0 && !after.isEmpty());
        if (bad || head.length + tail.length > 14 || before.indexOf('.') >= 0) {
            return NONE;
        }
        byte[] ip = new byte[16];
        System.arraycopy(head, 0, ip, 0, head.length);
        System.arraycopy(tail, 0, ip, 16 - tail.length, tail.length);
        return ip;
    }

    /** Groups of hexadecimal digits with colons between, the last one perhaps a dotted quad. */
    private static byte[] groups(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        String[] parts = text.split(":", -1);
        byte[] quad = parts[parts.length - 1].indexOf('.') >= 0 ? parse4(parts[parts.length - 1]) : NONE;
        int plain = parts.length - (quad.length == 0 ? 0 : 1);
        byte[] ip = new byte[2 * plain + quad.length];
        if (ip.length > 16) {
            return NONE;
        }
        for (int i = 0; i < plain; i++) {
            int group = hex(parts[i]);
            if (group < 0) {
                return NONE;
            }
            ip[2 * i] = (byte) (group >> 8);
            ip[2 * i + 1] = (byte) group;
        }
        System.arraycopy(quad, 0, ip, 2 * plain, quad.length);
        return ip;
    }

    private static int hex(String text) {
        if (text.isEmpty() || text.length() > 4) {
            return -1;
        }
        int number = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            number = (number << 4) | digit;
        }
        return number;
    }
}
