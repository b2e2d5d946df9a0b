package org.sluice.target;

import org.jspecify.annotations.Nullable;

/**
 * A value, or the errno for which there is none. For failures that are an answer to the target rather than an accident of
 * the supervisor. Immutable.
 *
 * @param <T> the value's type
 */
public final class Attempt<T> {

    private final @Nullable T value;
    private final int errno;

    private Attempt(@Nullable T value, int errno) {
        this.value = value;
        this.errno = errno;
    }

    /** A success. */
    public static <T> Attempt<T> of(T value) {
        return new Attempt<>(value, 0);
    }

    /**
     * A failure.
     *
     * @param errno positive
     */
    public static <T> Attempt<T> failed(int errno) {
        if (errno <= 0) {
            throw new IllegalArgumentException(errno + " is no errno");
        }
        return new Attempt<>(null, errno);
    }

    /** Whether there is a value. */
    public boolean succeeded() {
        return errno == 0;
    }

    /** The errno, positive; 0 if there is a value. */
    public int errno() {
        return errno;
    }

    /**
     * The value.
     *
     * @throws IllegalStateException if there is none; the message names the errno
     */
    public T get() {
        if (value == null) {
            throw new IllegalStateException("there is no value, but errno " + errno);
        }
        return value;
    }
}
