package org.sluice.core.trap;

import java.util.ArrayList;
import java.util.List;
import org.sluice.bpf.ArgumentTest;

/**
 * A test of one register argument.
 *
 * @param index the argument, 0 to 5
 * @param bits 32 or 64: only these low bits are looked at, since the rest of a register that holds an {@code int} is
 *     whatever the program left there
 * @param kind what is tested
 * @param operands the constants, cut to {@code bits}; one for {@link Kind#ANY_BIT}, none for {@link Kind#NOT_ZERO}, the
 *     mask first for {@link Kind#MASKED}
 */
public record Condition(int index, int bits, Kind kind, List<Long> operands) {

    /** What is tested. */
    public enum Kind {
        /** The argument is one of the operands. */
        ONE_OF,
        /** The argument has at least one bit of the operand set. */
        ANY_BIT,
        /** The bits of the argument that the first operand has are one of the other operands. */
        MASKED,
        /** The argument is not 0. */
        NOT_ZERO
    }

    /** Cuts the operands to the width. */
    public Condition {
        long mask = mask(bits);
        List<Long> cut = new ArrayList<>(operands.size());
        for (long operand : operands) {
            cut.add(operand & mask);
        }
        operands = List.copyOf(cut);
    }

    /** Whether a register with this content meets the condition. */
    public boolean holds(long register) {
        long value = register & mask(bits);
        return switch (kind) {
            case NOT_ZERO -> value != 0;
            case ANY_BIT -> (value & operands.get(0)) != 0;
            case ONE_OF -> isOperand(value, 0);
            case MASKED -> isOperand(value & operands.get(0), 1);
        };
    }

    private boolean isOperand(long value, int first) {
        for (int i = first; i < operands.size(); i++) {
            if (value == operands.get(i)) {
                return true;
            }
        }
        return false;
    }

    /** The condition as tests of a filter, joined by <i>or</i>. */
    public List<ArgumentTest> tests() {
        return switch (kind) {
            case NOT_ZERO -> List.of(new ArgumentTest(index, bits, -1, 0, true));
            case ANY_BIT -> List.of(new ArgumentTest(index, bits, operands.get(0), 0, true));
            case ONE_OF -> tests(-1, operands);
            case MASKED -> tests(operands.get(0), operands.subList(1, operands.size()));
        };
    }

    private List<ArgumentTest> tests(long mask, List<Long> values) {
        List<ArgumentTest> tests = new ArrayList<>(values.size());
        for (long value : values) {
            tests.add(new ArgumentTest(index, bits, mask, value, false));
        }
        return tests;
    }

    /** Whether every register that meets this condition meets {@code other} too. May say no where it cannot tell. */
    public boolean implies(Condition other) {
        if (index != other.index) {
            return false;
        }
        if (kind == Kind.ONE_OF && bits >= other.bits) {
            for (long operand : operands) {
                if (!other.holds(operand)) {
                    return false;
                }
            }
            return true;
        }
        if (kind == Kind.ANY_BIT && bits <= other.bits) {
            return other.kind == Kind.NOT_ZERO
                    || (other.kind == Kind.ANY_BIT && (operands.get(0) & ~other.operands.get(0)) == 0);
        }
        return equals(other);
    }

    /** By hand: what the compiler makes for a record is linked at its first use, which a start would wait for. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Condition condition
                && index == condition.index
                && bits == condition.bits
                && kind == condition.kind
                && operands.equals(condition.operands);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * (31 * index + bits) + kind.hashCode()) + operands.hashCode();
    }

    static long mask(int bits) {
        return bits == 32 ? 0xffff_ffffL : -1L;
    }
}
