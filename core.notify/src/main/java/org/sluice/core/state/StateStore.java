package org.sluice.core.state;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/** The state of one sandbox, by handler name. Thread-safe; lives as long as the sandbox. */
public final class StateStore {

    /** How much one handler may keep, in bytes. */
    public static final long BOUND = 1 << 20;

    private final Map<String, Cell> cells = new ConcurrentHashMap<>();

    /**
     * Opens a handler's state for one version of the handler.
     *
     * @param schema the version of the state that the handler keeps; must be the one that is stored, see {@link #migrate}
     */
    public HandlerState open(String handler, int schema) {
        Cell cell = cell(handler);
        cell.open(schema);
        return new HandlerState(handler, cell, schema);
    }

    /** Whether the state of {@code handler} is in another schema than {@code schema}. */
    public boolean needsMigration(String handler, int schema) {
        int stored = cell(handler).schema();
        return stored != 0 && stored != schema;
    }

    /**
     * Brings what is stored to another schema. From then on every state that was opened with the old one is refused. If
     * {@code step} throws, nothing has changed.
     *
     * @param step from the stored schema and its values to the new values
     * @throws RuntimeException what {@code step} throws, or because its values cannot be kept
     */
    public void migrate(
            String handler, int schema, BiFunction<Integer, Map<String, Object>, Map<String, Object>> step) {
        cell(handler).migrate(handler, schema, step);
    }

    /**
     * What a handler would find in a schema of its own, without bringing it there.
     *
     * @param step as for {@link #migrate}; asked only if the stored values are in another schema
     * @throws RuntimeException what {@code step} throws, or because its values cannot be kept
     */
    public Map<String, Object> rehearse(
            String handler, int schema, BiFunction<Integer, Map<String, Object>, Map<String, Object>> step) {
        if (!needsMigration(handler, schema)) {
            return look(handler);
        }
        Map<String, Object> values = new LinkedHashMap<>();
        cell(handler).migrated(handler, step).forEach((key, value) -> values.put(key, value.give()));
        return values;
    }

    /** What a handler keeps at this moment, in whatever schema; empty if it keeps nothing. Opens nothing. */
    public Map<String, Object> look(String handler) {
        Cell cell = cells.get(handler);
        return cell == null ? Map.of() : cell.give();
    }

    private Cell cell(String handler) {
        return cells.computeIfAbsent(handler, name -> new Cell());
    }
}
