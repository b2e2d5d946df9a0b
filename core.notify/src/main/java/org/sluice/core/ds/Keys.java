package org.sluice.core.ds;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sluice.policy.PolicyException;
import org.sluice.policy.Units;

/** Reads the properties of a configuration, which come from files and from people. */
final class Keys {

    private Keys() {}

    /** Refuses a key that nobody reads: it is a slip, and what was meant would silently not be set. */
    static void requireKnown(String pid, Map<String, ?> properties, Collection<String> known) {
        for (String key : properties.keySet()) {
            if (key.indexOf('.') < 0 && !known.contains(key)) {
                throw new IllegalArgumentException(
                        pid + ": there is no key '" + key + "'; there are " + String.join(", ", known));
            }
        }
    }

    /** A time of at least a millisecond, written {@code 500ms} or {@code 5s}. */
    static Duration time(String pid, Map<String, ?> properties, String key, Duration otherwise) {
        @Nullable Object value = properties.get(key);
        if (value == null) {
            return otherwise;
        }
        try {
            long millis = Units.millis(value.toString());
            if (millis > 0 && millis <= Duration.ofDays(1).toMillis()) {
                return Duration.ofMillis(millis);
            }
        } catch (PolicyException e) {
            throw new IllegalArgumentException(pid + ": " + key + ": " + e.getMessage(), e);
        }
        throw new IllegalArgumentException(pid + ": " + key + " is '" + value + "'; write a time from 1ms to 1d");
    }

    /** A number. */
    static double number(String pid, Map<String, ?> properties, String key, double otherwise) {
        @Nullable Object value = properties.get(key);
        try {
            return value == null ? otherwise : Double.parseDouble(value.toString());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(pid + ": " + key + " is '" + value + "', not a number", e);
        }
    }

    /** A whole number. */
    static int whole(String pid, Map<String, ?> properties, String key, int otherwise) {
        @Nullable Object value = properties.get(key);
        try {
            return value == null ? otherwise : Integer.parseInt(value.toString());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(pid + ": " + key + " is '" + value + "', not a whole number", e);
        }
    }

    /** As it would be written in a configuration. */
    static String text(Duration time) {
        long millis = time.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
}
