package org.sluice.notify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A verdict with a result.
 *
 * @param result 0 or more, or a negative errno
 */
record Outcome(
        long result,
        @Nullable Denial refusal,
        @Nullable Address told,
        List<Verdict.Write> writes,
        @Nullable Handed given)
        implements Verdict {

    private static final int EACCES = 13;

    private static final Outcome ZERO = new Outcome(0, null, null, List.of(), null);

    static Outcome value(long value) {
        return value == 0 ? ZERO : new Outcome(value, null, null, List.of(), null);
    }

    static Outcome failure(int errno) {
        return new Outcome(-errno, null, null, List.of(), null);
    }

    static Outcome deny(Denial denial) {
        return deny(denial, EACCES);
    }

    static Outcome deny(Denial denial, int errno) {
        return new Outcome(-errno, denial, null, List.of(), null);
    }

    static Outcome handing(Handed handed) {
        return new Outcome(0, null, null, List.of(), handed);
    }

    @Override
    public boolean succeeded() {
        return result >= 0;
    }

    @Override
    public boolean continued() {
        return false;
    }

    @Override
    public long value() {
        if (result < 0) {
            throw new IllegalStateException("the call failed with errno " + -result + " and has no value");
        }
        return result;
    }

    @Override
    public int errno() {
        return result < 0 ? (int) -result : 0;
    }

    @Override
    public Optional<Denial> denial() {
        return Optional.ofNullable(refusal);
    }

    @Override
    public Optional<Address> address() {
        return Optional.ofNullable(told);
    }

    @Override
    public Optional<Handed> handed() {
        return Optional.ofNullable(given);
    }

    @Override
    public Verdict withAddress(Address address) {
        return new Outcome(result, refusal, address, writes, given);
    }

    @Override
    public Verdict writing(int argument, Bytes bytes) {
        if (argument < 0 || argument > 5) {
            throw new IllegalArgumentException("argument " + argument + " is not between 0 and 5");
        }
        List<Verdict.Write> all = new ArrayList<>(writes);
        all.add(new Verdict.Write(argument, bytes));
        return new Outcome(result, refusal, told, List.copyOf(all), given);
    }
}
