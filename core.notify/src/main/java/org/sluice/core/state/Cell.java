package org.sluice.core.state;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The values of one handler in one sandbox. Reading takes no lock, and changing one value costs the same however many there
 * are. No code of a handler runs under the lock.
 */
final class Cell {

    /** Written under the lock; readers of a value look at {@link #schema} afterwards. */
    private final Map<String, Value> values = new ConcurrentHashMap<>();

    /** The version of the values, 0 before the first. */
    private volatile int schema;

    /** Of all values together; guarded by this. */
    private long size;

    /** One frozen value; each time that one is put, it is another object. */
    static final class Value {

        private final Object data;

        /** Its size with its key. */
        private final long size;

        /** Whether it has arrays in it. */
        private final boolean arrays;

        private Value(String key, Object frozen) {
            data = frozen;
            size = Values.size(key) + Values.size(frozen);
            arrays = Values.hasArrays(frozen);
        }

        static Value of(String key, Object data) {
            return new Value(key, Values.freeze(key, data));
        }

        Object data() {
            return data;
        }

        /** The value for somebody outside, who may write into arrays. */
        Object give() {
            return arrays ? Values.freeze("", data) : data;
        }
    }

    int schema() {
        return schema;
    }

    /** Gives values that have no schema yet their first. */
    synchronized void open(int first) {
        if (schema == 0) {
            schema = first;
        }
    }

    /** The value under a key; to be trusted if {@link #schema} is the expected one afterwards. */
    @Nullable
    Value get(String key) {
        return values.get(key);
    }

    /**
     * Replaces a value if it is still {@code before}.
     *
     * @param expected the schema that both are in
     * @return false if it has changed meanwhile
     * @throws IllegalStateException if all values together would grow over the bound
     */
    synchronized boolean replace(
            String handler, int expected, String key, @Nullable Value before, @Nullable Value after) {
        if (schema != expected || values.get(key) != before) {
            return false;
        }
        long next = size - (before == null ? 0 : before.size) + (after == null ? 0 : after.size);
        bound(handler, next);
        if (after == null) {
            values.remove(key);
        } else {
            values.put(key, after);
        }
        size = next;
        return true;
    }

    /** All values at one moment. */
    synchronized Map<String, Object> give() {
        Map<String, Object> all = new LinkedHashMap<>();
        values.forEach((key, value) -> all.put(key, value.give()));
        return Collections.unmodifiableMap(all);
    }

    /** Called when nobody writes in the old schema any more. */
    void migrate(String handler, int next, BiFunction<Integer, Map<String, Object>, Map<String, Object>> step) {
        Map<String, Value> fresh = migrated(handler, step);
        long total = fresh.values().stream().mapToLong(value -> value.size).sum();
        synchronized (this) {
            // First, so that nobody takes a new value for one of the old schema.
            schema = next;
            values.keySet().retainAll(fresh.keySet());
            values.putAll(fresh);
            size = total;
        }
    }

    /** The values as a migration would leave them, each checked; nothing is changed. */
    Map<String, Value> migrated(String handler, BiFunction<Integer, Map<String, Object>, Map<String, Object>> step) {
        Map<String, Object> old = give();
        // What a handler returns may be null whatever its signature says.
        @Nullable Map<String, Object> migrated = old.isEmpty() ? Map.of() : step.apply(schema, old);
        if (migrated == null) {
            throw new IllegalArgumentException("migrate returned null");
        }
        Map<String, Value> fresh = new LinkedHashMap<>();
        for (Map.Entry<String, Object> entry : migrated.entrySet()) {
            fresh.put(entry.getKey(), Value.of(entry.getKey(), entry.getValue()));
        }
        bound(handler, fresh.values().stream().mapToLong(value -> value.size).sum());
        return fresh;
    }

    private static void bound(String handler, long size) {
        if (size > StateStore.BOUND) {
            throw new IllegalStateException("the state of handler " + handler + " would take " + size
                    + " bytes; at most " + StateStore.BOUND + " are kept for a sandbox");
        }
    }
}
