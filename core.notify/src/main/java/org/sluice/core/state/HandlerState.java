package org.sluice.core.state;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.State;

/** A handler's view of its state, for one version of the handler. Refused once that version has been taken out. */
public final class HandlerState implements State {

    private final String handler;
    private final Cell cell;
    private final int schema;
    private volatile boolean closed;

    HandlerState(String handler, Cell cell, int schema) {
        this.handler = handler;
        this.cell = cell;
        this.schema = schema;
    }

    /** Refuses further use. */
    public void close() {
        closed = true;
    }

    @Override
    public <T> Optional<T> get(String key, Class<T> type) {
        Cell.Value value = content().values().get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value.data())) {
            throw new ClassCastException("state " + key + " of handler " + handler + " is a "
                    + value.data().getClass().getName() + ", not a " + type.getName());
        }
        return Optional.of(type.cast(value.give()));
    }

    @Override
    public @Nullable Object update(String key, Function<@Nullable Object, @Nullable Object> change) {
        for (; ; ) {
            Cell.Content old = content();
            Cell.Value before = old.values().get(key);
            Object next = change.apply(before == null ? null : before.give());
            Cell.Value after = next == null ? null : Cell.Value.of(key, next);
            Map<String, Cell.Value> values = new LinkedHashMap<>(old.values());
            long size = old.size() - (before == null ? 0 : before.size()) + (after == null ? 0 : after.size());
            if (after == null) {
                values.remove(key);
            } else {
                values.put(key, after);
            }
            Cell.bound(handler, size);
            if (cell.replace(old, new Cell.Content(schema, values, size))) {
                return after == null ? null : after.give();
            }
        }
    }

    @Override
    public Map<String, Object> snapshot() {
        return Cell.give(content());
    }

    private Cell.Content content() {
        Cell.Content content = cell.content();
        if (closed || content.schema() != schema) {
            throw new IllegalStateException("handler " + handler + " has been replaced; its state is closed to it");
        }
        return content;
    }
}
