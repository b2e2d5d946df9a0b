package org.sluice.notify;

/** The text form of IP addresses (RFC 5952), without asking a resolver. */
final class InetText {

    private InetText() {}

    static String format(Bytes ip) {
        if (ip.length() == 4) {
            return (ip.at(0) & 255) + "." + (ip.at(1) & 255) + "." + (ip.at(2) & 255) + "." + (ip.at(3) & 255);
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = ((ip.at(2 * i) & 255) << 8) | (ip.at(2 * i + 1) & 255);
        }
        int[] gap = longestZeroRun(groups);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == gap[0]) {
                text.append("::");
                i += gap[1] - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    /** Start and length of the first longest run of at least two zero groups; a start of -1 if there is none. */
    private static int[] longestZeroRun(int[] groups) {
        int start = -1;
        int length = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
        }
        return new int[] {start, length};
    }
}
