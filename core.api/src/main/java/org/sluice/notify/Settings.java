package org.sluice.notify;

import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/** A handler's section of a profile, and what of the rest it may know. Immutable. A value of the wrong kind was refused when the profile was read. */
@ProviderType
public interface Settings {

    /** A boolean, or {@code otherwise} if the section does not say. */
    boolean flag(String key, boolean otherwise);

    /** A text, or {@code otherwise} if the section does not say. */
    String text(String key, String otherwise);

    /** A whole number, or {@code otherwise} if the section does not say. */
    long number(String key, long otherwise);

    /** A list of texts, empty if the section does not say. */
    List<String> texts(String key);

    /**
     * How the sandbox treats datagram sockets, whose sends can name a destination in memory that no filter sees:
     * {@code deny} (there are none), {@code any} (sends that no register betrays are native) or {@code rules} (each message
     * is decided).
     */
    default String datagram() {
        return "rules";
    }

    /** Everything of the section, as String, Boolean, Long, List and Map. */
    Map<String, Object> values();
}
