package org.sluice.launcher;

import java.lang.reflect.Field;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Sets how much loggers tell while the process runs. The simple provider of slf4j takes levels from system properties when a
 * logger is made and has no way to change one later, so those that are there are changed in their field. Thread-safe.
 */
final class LogLevel implements BiConsumer<String, String> {

    /** Before the name of a logger: the property that the provider reads. */
    private static final String PROPERTY = "org.slf4j.simpleLogger.log.";

    private final Map<String, Integer> assigned = new TreeMap<>();

    /** Sets the level of a logger and of those below it, {@code trace} to {@code error} or {@code off}. */
    @Override
    public synchronized void accept(String name, String level) {
        assigned.put(name, number(level));
        System.setProperty(PROPERTY + name, level);
        try {
            Object factory = LoggerFactory.getILoggerFactory();
            Map<?, ?> loggers =
                    (Map<?, ?>) field(factory.getClass(), "loggerMap").get(factory);
            for (Map.Entry<?, ?> logger : loggers.entrySet()) {
                Integer found = of((String) logger.getKey());
                if (found != null) {
                    field(logger.getValue().getClass(), "currentLogLevel").setInt(logger.getValue(), found);
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the logging provider is not the one that Sluice comes with: " + e, e);
        }
    }

    private static Field field(Class<?> type, String name) throws NoSuchFieldException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    /** That of the longest name that the logger's begins with; null if none was set. */
    private @Nullable Integer of(String logger) {
        for (String name = logger; !name.isEmpty(); name = name.substring(0, Math.max(0, name.lastIndexOf('.')))) {
            Integer level = assigned.get(name);
            if (level != null) {
                return level;
            }
        }
        return null;
    }

    /** As the provider counts. */
    private static int number(String level) {
        return switch (level) {
            case "trace" -> 0;
            case "debug" -> 10;
            case "info" -> 20;
            case "warn" -> 30;
            case "error" -> 40;
            case "off" -> 50;
            default ->
                throw new IllegalArgumentException(
                        "'" + level + "' is no level; write trace, debug, info, warn, error or off");
        };
    }
}
