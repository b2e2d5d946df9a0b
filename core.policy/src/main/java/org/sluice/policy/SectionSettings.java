package org.sluice.policy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.Settings;

/** A handler's section. */
record SectionSettings(Map<String, Object> values) implements Settings {

    static final SectionSettings EMPTY = new SectionSettings(Map.of());

    SectionSettings {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    @Override
    public boolean flag(String key, boolean otherwise) {
        return value(key, Boolean.class, otherwise);
    }

    @Override
    public String text(String key, String otherwise) {
        return value(key, String.class, otherwise);
    }

    @Override
    public long number(String key, long otherwise) {
        return value(key, Long.class, otherwise);
    }

    /** {@inheritDoc} A single value counts as a list of one; numbers are given as text. */
    @Override
    public List<String> texts(String key) {
        Object value = values.get(key);
        if (value == null) {
            return List.of();
        }
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of(String.valueOf(value));
    }

    /** Only a free section can still hold a value of the wrong kind; then the handler is told in plain words. */
    private <T> T value(String key, Class<T> type, T otherwise) {
        @Nullable Object value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        if (!type.isInstance(value)) {
            throw new PolicyException("handler setting '" + key + "' is " + value + ", not a "
                    + type.getSimpleName().toLowerCase(java.util.Locale.ROOT));
        }
        return type.cast(value);
    }

    /** The keys of {@code stronger} over these. */
    SectionSettings merge(Map<String, Object> stronger) {
        Map<String, Object> merged = new LinkedHashMap<>(values);
        merged.putAll(stronger);
        return new SectionSettings(merged);
    }
}
