package org.sluice.shell;

/** A time for people, three digits at most: 950 ns, 4.1 µs, 35 µs, 1.2 ms. */
final class Latencies {

    private static final String[] UNITS = {"ns", "µs", "ms", "s"};

    private Latencies() {}

    static String text(long nanos) {
        double value = nanos;
        int unit = 0;
        while (value >= 1000 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        boolean whole = unit == 0 || value >= 9.95;
        return String.format(whole ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }
}
