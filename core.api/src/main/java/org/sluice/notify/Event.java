package org.sluice.notify;

import java.util.Map;

/**
 * Something that happened in a sandbox and is worth keeping.
 *
 * @param operation a dashed name such as {@code safe-bind}
 * @param fields further facts, in no particular order
 */
public record Event(String operation, Map<String, String> fields) {

    /** Copies the fields. */
    public Event {
        fields = Map.copyOf(fields);
    }
}
