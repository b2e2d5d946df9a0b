package org.sluice.core;

import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/** How much the supervisor logs. A service where the logging is Sluice's own to set; thread-safe. */
@ProviderType
public interface LogLevels {

    /** The levels that were set, by the names of loggers; others have that of the longest name that theirs begins with. */
    Map<String, String> levels();

    /**
     * Sets the level of a logger and of all whose names go on with a dot.
     *
     * @throws IllegalArgumentException if there is no such level
     */
    void set(String logger, String level);
}
