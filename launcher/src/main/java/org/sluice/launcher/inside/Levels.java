package org.sluice.launcher.inside;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.sluice.core.LogLevels;

/** The levels of the logging, which the other half of the launcher sets. Thread-safe. */
final class Levels implements LogLevels {

    private final BiConsumer<String, String> setter;
    private final Map<String, String> levels = new TreeMap<>();

    Levels(BiConsumer<String, String> setter) {
        this.setter = setter;
    }

    @Override
    public synchronized Map<String, String> levels() {
        return new TreeMap<>(levels);
    }

    @Override
    public synchronized void set(String logger, String level) {
        setter.accept(logger, level);
        levels.put(logger, level);
    }
}
