package org.sluice.core.state;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The values of one handler in one sandbox, replaced as a whole, so that a reader sees one moment. */
final class Cell {

    /** Before a handler has opened it. */
    static final Content EMPTY = new Content(0, Map.of(), 0);

    private final AtomicReference<Content> content = new AtomicReference<>(EMPTY);

    /**
     * What is stored.
     *
     * @param schema the version of the values, 0 before the first
     * @param values frozen, by key
     * @param size their size together
     */
    record Content(int schema, Map<String, Value> values, long size) {}

    /**
     * One frozen value.
     *
     * @param data the value
     * @param size its size with its key
     * @param arrays whether it has arrays in it
     */
    record Value(Object data, long size, boolean arrays) {

        static Value of(String key, Object data) {
            Object frozen = Values.freeze(key, data);
            return new Value(frozen, Values.size(key) + Values.size(frozen), Values.hasArrays(frozen));
        }

        /** The value for somebody outside, who may write into arrays. */
        Object give() {
            return arrays ? Values.freeze("", data) : data;
        }
    }

    Content content() {
        return Objects.requireNonNull(content.get());
    }

    boolean replace(Content old, Content next) {
        return content.compareAndSet(old, next);
    }

    void migrate(String handler, int schema, BiFunction<Integer, Map<String, Object>, Map<String, Object>> step) {
        Content old = content();
        // What a handler returns may be null whatever its signature says.
        @Nullable Map<String, Object> migrated = old.values.isEmpty() ? Map.of() : step.apply(old.schema, give(old));
        if (migrated == null) {
            throw new IllegalArgumentException("migrate returned null");
        }
        Map<String, Value> values = new LinkedHashMap<>();
        long size = 0;
        for (Map.Entry<String, Object> entry : migrated.entrySet()) {
            Value value = Value.of(entry.getKey(), entry.getValue());
            values.put(entry.getKey(), value);
            size += value.size;
        }
        bound(handler, size);
        // Nobody writes in the old schema any more, so this replaces what was read above.
        content.set(new Content(schema, values, size));
    }

    static Map<String, Object> give(Content content) {
        Map<String, Object> all = new LinkedHashMap<>();
        content.values.forEach((key, value) -> all.put(key, value.give()));
        return Collections.unmodifiableMap(all);
    }

    static void bound(String handler, long size) {
        if (size > StateStore.BOUND) {
            throw new IllegalStateException("the state of handler " + handler + " would take " + size
                    + " bytes; at most " + StateStore.BOUND + " are kept for a sandbox");
        }
    }
}
