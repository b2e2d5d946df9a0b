package org.sluice.policy;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts with units, as in {@code --memory 512M} and {@code --time-limit 30s}. */
public final class Units {

    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,18})([A-Za-z]*)");
    private static final Map<String, Long> BYTES =
            Map.of("", 1L, "B", 1L, "K", 1L << 10, "M", 1L << 20, "G", 1L << 30, "T", 1L << 40);
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "", 1000L, "s", 1000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

    private Units() {}

    /** Bytes from {@code 512M}; K, M, G and T are powers of 1024. */
    public static long bytes(String text) {
        return amount(text, BYTES, "an amount of memory is written 4096, 64K, 512M, 2G or 1T");
    }

    /** Milliseconds from {@code 30s}; a number alone is seconds. */
    public static long millis(String text) {
        return amount(text, MILLIS, "a time is written 250ms, 30s, 5m, 2h or 1d");
    }

    private static long amount(String text, Map<String, Long> units, String how) {
        Matcher matcher = AMOUNT.matcher(text);
        Long unit = matcher.matches() ? units.get(matcher.group(2)) : null;
        if (unit == null) {
            throw new PolicyException("'" + text + "': " + how);
        }
        try {
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
        } catch (ArithmeticException e) {
            throw new PolicyException("'" + text + "' is too much to count", e);
        }
    }
}
