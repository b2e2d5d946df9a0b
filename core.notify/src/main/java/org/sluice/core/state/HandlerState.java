package org.sluice.core.state;

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
        Cell.Value value = cell.get(key);
        requireOpen();
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
            Cell.Value before = cell.get(key);
            requireOpen();
            Object next = change.apply(before == null ? null : before.give());
            Cell.Value after = next == null ? null : Cell.Value.of(key, next);
            if (cell.replace(handler, schema, key, before, after)) {
                return after == null ? null : after.give();
            }
        }
    }

    @Override
    public Map<String, Object> snapshot() {
        Map<String, Object> all = cell.give();
        requireOpen();
        return all;
    }

    private void requireOpen() {
        if (closed || cell.schema() != schema) {
            throw new IllegalStateException("handler " + handler + " has been replaced; its state is closed to it");
        }
    }
}
