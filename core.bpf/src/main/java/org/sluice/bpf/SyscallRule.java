package org.sluice.bpf;

import java.util.List;

/**
 * One rule of a filter. All tests must hold. Rules of one system call are tried in list order and the first that holds
 * wins.
 *
 * @param number the system call
 * @param tests none: the rule always holds
 * @param action what is then answered
 */
public record SyscallRule(int number, List<ArgumentTest> tests, Action action) {

    /** Checks the number. */
    public SyscallRule {
        if (number < 0 || number >= Bpf.X32_BIT) {
            throw new IllegalArgumentException("system call number " + number + " is not between 0 and 2^30");
        }
        tests = List.copyOf(tests);
    }

    /** A rule that always holds. */
    public static SyscallRule always(int number, Action action) {
        return new SyscallRule(number, List.of(), action);
    }

    /** Whether the rule holds for a call; {@code arguments} are its six registers. */
    public boolean matches(int calledNumber, long[] arguments) {
        return number == calledNumber && tests.stream().allMatch(test -> test.test(arguments[test.index()]));
    }
}
