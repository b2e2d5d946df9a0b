package org.sluice.testkit;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.Handler;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;

/**
 * A handler by its annotations.
 *
 * @param handler its identity and stage
 * @param traps its traps
 */
record Described(Handler handler, Traps traps) {

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException if one is missing
     */
    static Described of(SyscallHandler handler) {
        Class<?> type = handler.getClass();
        @Nullable Handler identity = type.getAnnotation(Handler.class);
        @Nullable Traps traps = type.getAnnotation(Traps.class);
        if (identity == null || traps == null) {
            throw new IllegalArgumentException(type.getName() + " has no "
                    + (identity == null ? "@Handler" : "@Traps")
                    + "; a handler carries both");
        }
        return new Described(identity, traps);
    }

    String name() {
        return handler.name();
    }

    /** As a framework publishes them. */
    Map<String, Object> properties(int ranking) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(SyscallHandler.NAME, handler.name());
        properties.put(SyscallHandler.STAGE, handler.stage());
        properties.put(SyscallHandler.SCHEMA, handler.schema());
        properties.put(SyscallHandler.ACCESS, traps.access());
        properties.put(SyscallHandler.TRAPS, traps.value());
        properties.put("service.ranking", ranking);
        return properties;
    }
}
