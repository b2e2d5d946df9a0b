package org.sluice.bpf;

import java.util.List;

/**
 * One entry of the {@link DenyList}.
 *
 * @param name the system call
 * @param number its number
 * @param tests which of its calls are meant: all tests must hold; none means all calls
 * @param judgement who answers, and how
 * @param errno what the call fails with when it is denied
 * @param argument the register that {@link Judgement#FOREIGN_PID} and {@link Judgement#FOREIGN_PIDFD} look at, else -1
 * @param reason for the record, a clause that says what the call could do
 */
public record DeniedCall(
        String name,
        int number,
        List<ArgumentTest> tests,
        Judgement judgement,
        int errno,
        int argument,
        String reason) {

    /** Copies the tests. */
    public DeniedCall {
        tests = List.copyOf(tests);
    }

    /** The rule for the filter. */
    public SyscallRule rule() {
        return new SyscallRule(
                number, tests, judgement == Judgement.FILTER ? Action.errno(errno) : Action.userNotify());
    }

    /** Whether a call is meant; {@code arguments} are its six registers. */
    public boolean matches(int calledNumber, long[] arguments) {
        if (number != calledNumber) {
            return false;
        }
        for (ArgumentTest test : tests) {
            if (!test.test(arguments[test.index()])) {
                return false;
            }
        }
        return true;
    }
}
