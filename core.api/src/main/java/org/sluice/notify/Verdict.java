package org.sluice.notify;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** What a target gets for its call. Immutable. */
@ProviderType
public interface Verdict {

    /** The call returns {@code value}, 0 or more. */
    static Verdict value(long value) {
        if (value < 0) {
            throw new IllegalArgumentException(
                    "a result of " + value + " would look like an errno; use failure(errno)");
        }
        return Outcome.value(value);
    }

    /** The call fails. */
    static Verdict failure(int errno) {
        if (errno < 1 || errno > 4095) {
            throw new IllegalArgumentException("errno " + errno + " is not between 1 and 4095");
        }
        return Outcome.failure(errno);
    }

    /** Policy says no: the call fails with EACCES and the denial is recorded. */
    static Verdict deny(Denial denial) {
        return Outcome.deny(denial);
    }

    /** The target is given a descriptor, whose number in the target is the call's value. */
    static Verdict handing(Handed handed) {
        return Outcome.handing(handed);
    }

    /**
     * Policy says no with another errno than EACCES, where programs expect one; the denial is recorded.
     */
    static Verdict deny(Denial denial, int errno) {
        if (errno < 1 || errno > 4095) {
            throw new IllegalArgumentException("errno " + errno + " is not between 1 and 4095");
        }
        return Outcome.deny(denial, errno);
    }

    /** Whether the call was done and succeeded. */
    boolean succeeded();

    /**
     * Whether the kernel runs the call itself. Such a verdict has no result.
     */
    boolean continued();

    /**
     * The result of a call that succeeded.
     *
     * @throws IllegalStateException if it failed or was continued
     */
    long value();

    /**
     * The errno of a call that failed, else 0.
     *
     * @throws IllegalStateException if it was continued
     */
    int errno();

    /** Why policy said no. */
    Optional<Denial> denial();

    /**
     * The address that goes with the result: for getsockname and getpeername the one that the target is told, for bind
     * the one that the kernel gave.
     */
    Optional<Address> address();

    /** The same verdict with another address. */
    Verdict withAddress(Address address);

    /** The descriptor that the target is given; its number there becomes the call's value. */
    default Optional<Handed> handed() {
        return Optional.empty();
    }

    /** What is written into the target's memory before the call returns. */
    List<Write> writes();

    /**
     * The same verdict, and before the call returns {@code bytes} are written where the pointer argument points. If that
     * memory cannot be written the call fails with EFAULT.
     *
     * @param argument the index of a pointer argument, 0 to 5
     */
    Verdict writing(int argument, Bytes bytes);

    /**
     * A write into target memory.
     *
     * @param argument the index of the pointer argument, 0 to 5
     * @param bytes what is written
     */
    record Write(int argument, Bytes bytes) {}

    /**
     * A descriptor that is handed over: the target gets one of its own for the same open file.
     *
     * @param descriptor the supervisor's; whoever opened it keeps it open until the call has been answered
     * @param closeOnExec whether the target's closes at execve(2)
     */
    record Handed(int descriptor, boolean closeOnExec) {}
}
