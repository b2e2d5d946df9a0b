package org.sluice.notify;

import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/** A handler's section of a profile. Immutable. A value of the wrong kind was refused when the profile was read. */
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

    /** Everything, as String, Boolean, Long, List and Map. */
    Map<String, Object> values();
}
