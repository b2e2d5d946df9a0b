package org.sluice.core.state;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies values of the closed list of {@link org.sluice.notify.State}. What is kept consists of the platform's own
 * classes alone, so that no class of a handler is reachable from it. Sizes are an estimate of the heap in bytes.
 */
final class Values {

    private static final int DEPTH = 32;
    private static final long OBJECT = 16;
    private static final long ENTRY = 32;

    private Values() {}

    /**
     * A deep copy that cannot be changed, but for arrays of bytes.
     *
     * @throws IllegalArgumentException if it holds something of another type
     */
    static Object freeze(String key, Object value) {
        return freeze(key, value, DEPTH);
    }

    private static Object freeze(String key, @Nullable Object value, int depth) {
        if (value == null) {
            throw new IllegalArgumentException("state " + key + ": null cannot be kept inside a value");
        }
        if (depth == 0) {
            throw new IllegalArgumentException("state " + key + ": nested more than " + DEPTH + " deep");
        }
        if (value instanceof byte[] bytes) {
            return bytes.clone();
        }
        if (isScalar(value)) {
            return value;
        }
        if (value instanceof List<?> list) {
            List<Object> copy = new ArrayList<>(list.size());
            list.forEach(element -> copy.add(freeze(key, element, depth - 1)));
            return Collections.unmodifiableList(copy);
        }
        if (value instanceof Set<?> set) {
            Set<Object> copy = new LinkedHashSet<>();
            set.forEach(element -> copy.add(freeze(key, element, depth - 1)));
            return Collections.unmodifiableSet(copy);
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((k, v) -> copy.put(freeze(key, k, depth - 1), freeze(key, v, depth - 1)));
            return Collections.unmodifiableMap(copy);
        }
        throw new IllegalArgumentException(
                "state " + key + ": a value of " + value.getClass().getName()
                        + " cannot be kept; use String, boxed numbers, Boolean, byte[], Instant, Duration, List, Map or Set");
    }

    private static boolean isScalar(Object value) {
        return value instanceof String
                || value instanceof Integer
                || value instanceof Long
                || value instanceof Boolean
                || value instanceof Short
                || value instanceof Byte
                || value instanceof Double
                || value instanceof Float
                || value instanceof Character
                || value instanceof Instant
                || value instanceof Duration;
    }

    /** Whether a frozen value has an array of bytes in it, and must be copied before it is given away. */
    static boolean hasArrays(Object frozen) {
        if (frozen instanceof String) {
            // By far the most frequent, and slow to compare with interfaces that it does not have.
            return false;
        }
        if (frozen instanceof byte[]) {
            return true;
        }
        if (frozen instanceof Iterable<?> elements) {
            for (Object element : elements) {
                if (hasArrays(element)) {
                    return true;
                }
            }
        }
        return frozen instanceof Map<?, ?> map && (hasArrays(map.keySet()) || hasArrays(map.values()));
    }

    /** About how many bytes a frozen value takes. */
    static long size(Object frozen) {
        if (frozen instanceof String text) {
            return OBJECT + ENTRY + text.length();
        }
        if (frozen instanceof byte[] bytes) {
            return OBJECT + bytes.length;
        }
        long size = OBJECT;
        if (frozen instanceof Iterable<?> elements) {
            for (Object element : elements) {
                size += ENTRY + size(element);
            }
        } else if (frozen instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                size += ENTRY + size(entry.getKey()) + size(entry.getValue());
            }
        }
        return size;
    }
}
