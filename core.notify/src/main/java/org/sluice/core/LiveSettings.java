package org.sluice.core;

import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Settings of the supervisor that can be changed while it runs, under one name of Configuration Admin. A service for each
 * name; thread-safe.
 */
@ProviderType
public interface LiveSettings {

    /** The name, such as {@code org.sluice.supervisor}. */
    String pid();

    /** What can be set, with the values in force. */
    List<Setting> settings();

    /**
     * Sets these values and the standard ones for what is not among them. They act on running sandboxes.
     *
     * @param properties by key; what has a dot in its key is Configuration Admin's own and passed over
     * @throws IllegalArgumentException if a key or a value is wrong; the message names it, and all stays as it was
     */
    void change(Map<String, ?> properties);

    /**
     * One of them.
     *
     * @param key its key
     * @param value the value in force, as it is written
     * @param standard the value without any configuration
     * @param meaning one line for people
     */
    record Setting(String key, String value, String standard, String meaning) {}
}
