package org.sluice.bpf;

/**
 * A test of one register argument: {@code (argument & mask) == value}, or {@code !=} when negated. A pointer or a size
 * is compared at 64 bits; an {@code int} at 32, because the kernel ignores the upper half of its register and a target
 * may leave anything there.
 *
 * @param index 0 to 5
 * @param bits 32 or 64; at 32 the upper halves of {@code mask} and {@code value} are dropped
 * @param mask the bits that count
 * @param value what they are compared with
 * @param negated whether the test holds when they differ
 */
public record ArgumentTest(int index, int bits, long mask, long value, boolean negated) {

    private static final long LOW_HALF = 0xffffffffL;

    /** Checks the ranges. */
    public ArgumentTest {
        if (index < 0 || index > 5) {
            throw new IllegalArgumentException("argument " + index + " does not exist; arguments are 0 to 5");
        }
        if (bits != 32 && bits != 64) {
            throw new IllegalArgumentException("an argument is tested at 32 or 64 bits, not " + bits);
        }
        if (bits == 32) {
            mask &= LOW_HALF;
            value &= LOW_HALF;
        }
    }

    /** An {@code int} argument equals {@code value}. */
    public static ArgumentTest intEquals(int index, long value) {
        return new ArgumentTest(index, 32, -1, value, false);
    }

    /** At least one bit of {@code mask} is set in an {@code int} argument. */
    public static ArgumentTest intHasAny(int index, long mask) {
        return new ArgumentTest(index, 32, mask, 0, true);
    }

    /** At least one bit of {@code mask} is set in a 64-bit argument. */
    public static ArgumentTest longHasAny(int index, long mask) {
        return new ArgumentTest(index, 64, mask, 0, true);
    }

    /** A 64-bit argument equals {@code value}. */
    public static ArgumentTest longEquals(int index, long value) {
        return new ArgumentTest(index, 64, -1, value, false);
    }

    /** The test that holds exactly when this one does not. */
    public ArgumentTest not() {
        return new ArgumentTest(index, bits, mask, value, !negated);
    }

    /** Whether it holds for a register. */
    public boolean test(long register) {
        long argument = bits == 32 ? register & LOW_HALF : register;
        return ((argument & mask) == value) != negated;
    }

    /** By hand: what the compiler makes for a record is linked at its first use, which a start would wait for. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ArgumentTest test
                && index == test.index
                && bits == test.bits
                && mask == test.mask
                && value == test.value
                && negated == test.negated;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * (31 * index + bits) + Long.hashCode(mask)) + Long.hashCode(value) + (negated ? 1 : 0);
    }

    @Override
    public String toString() {
        String masked = mask == -1 || (bits == 32 && mask == LOW_HALF) ? "" : "&0x" + Long.toHexString(mask);
        return "arg" + index + ":" + bits + masked + (negated ? "!=0x" : "==0x") + Long.toHexString(value);
    }
}
