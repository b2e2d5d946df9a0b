package org.sluice.notify;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a handler keeps for one sandbox. The core holds it under the handler's name, so it outlives the bundle. Values are
 * String, boxed numbers and Boolean, {@code byte[]}, Instant, Duration, and List, Map and Set of these; they are copied
 * on the way in, what comes out cannot be changed, and the whole is bounded (1 MiB). Thread-safe.
 */
@ProviderType
public interface State {

    /**
     * The value under {@code key}.
     *
     * @throws ClassCastException if it is of another type; the message names key and types
     */
    <T> Optional<T> get(String key, Class<T> type);

    /**
     * Replaces a value atomically. {@code change} may run more than once and must not touch this state.
     *
     * @param change from the present value ({@code null} if there is none) to the next ({@code null} removes it)
     * @return the next value
     * @throws IllegalArgumentException if the value is of a type that cannot be kept
     * @throws IllegalStateException if the state would grow over its bound
     */
    @Nullable
    Object update(String key, Function<@Nullable Object, @Nullable Object> change);

    /** Everything at one moment. */
    Map<String, Object> snapshot();
}
