package org.sluice.policy.pattern;

import java.util.ArrayList;
import java.util.List;

/** The ports of a pattern: {@code *}, or numbers and ranges with commas between. */
final class PortList {

    private PortList() {}

    /** First and last of each range, one after the other. */
    static int[] parse(String text, int from) throws PatternException {
        if (text.substring(from).equals("*")) {
            return new int[] {0, 0xffff};
        }
        List<Integer> ranges = new ArrayList<>();
        int at = from;
        while (true) {
            int comma = text.indexOf(',', at);
            int end = comma < 0 ? text.length() : comma;
            int dash = text.indexOf('-', at);
            boolean range = dash >= 0 && dash < end;
            int first = port(text, at, range ? dash : end);
            int last = range ? port(text, dash + 1, end) : first;
            if (last < first) {
                throw new PatternException("a range runs from the smaller to the greater port: 80-90", at);
            }
            ranges.add(first);
            ranges.add(last);
            if (comma < 0) {
                return ranges.stream().mapToInt(Integer::intValue).toArray();
            }
            at = comma + 1;
        }
    }

    private static int port(String text, int from, int to) throws PatternException {
        int port = number(text, from, to);
        if (port < 0 || port > 0xffff) {
            throw new PatternException("a port from 0 to 65535, a range 80-90, a list 80,443 or * follows the !", from);
        }
        return port;
    }

    /** A number of at most five ASCII digits, or -1. */
    static int number(String text, int from, int to) {
        if (to <= from || to - from > 5) {
            return -1;
        }
        int number = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = 10 * number + (c - '0');
        }
        return number;
    }
}
