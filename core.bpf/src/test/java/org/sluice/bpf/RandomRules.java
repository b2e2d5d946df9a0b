package org.sluice.bpf;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/** Rules and calls by chance, the same for the same seed; most calls come close to a rule. */
final class RandomRules {

    /** Numbers below are real calls. */
    static final int FIRST_UNUSED = 600;

    private static final long[] VALUES = {0, 1, 2, 0x80000000L, 0xffffffffL, 0x100000000L, -1, -100, 0x8000000000000000L
    };

    private final Random random;
    private final List<SyscallRule> rules = new ArrayList<>();
    private final int count;

    RandomRules(long seed, int count) {
        this.random = new Random(new SplittableRandom(seed).nextLong());
        this.count = count;
    }

    /** Numbers from {@code real} or from 600 on, with the errnos 1000 to 1019. */
    List<SyscallRule> rules(int... real) {
        while (rules.size() < count) {
            int number = random.nextInt(8) == 0 && real.length > 0
                    ? real[random.nextInt(real.length)]
                    : FIRST_UNUSED + random.nextInt(random.nextBoolean() ? count : Bpf.X32_BIT - FIRST_UNUSED);
            Action action = random.nextInt(10) == 0 ? Action.allow() : Action.errno(1000 + random.nextInt(20));
            int tests = random.nextInt(count > 1000 ? 8 : 4) == 0 ? random.nextInt(3) : 0;
            List<ArgumentTest> list = new ArrayList<>();
            for (int i = 0; i < tests; i++) {
                list.add(test());
            }
            rules.add(new SyscallRule(number, list, action));
        }
        return List.copyOf(rules);
    }

    private ArgumentTest test() {
        long mask =
                switch (random.nextInt(4)) {
                    case 0 -> value();
                    case 1 -> 1L << random.nextInt(64);
                    default -> -1;
                };
        long value = random.nextInt(10) == 0 ? value() : value() & mask;
        return new ArgumentTest(random.nextInt(6), random.nextBoolean() ? 32 : 64, mask, value, random.nextBoolean());
    }

    private long value() {
        return random.nextInt(5) == 0 ? random.nextLong() : VALUES[random.nextInt(VALUES.length)];
    }

    /** A number near the rules. */
    int number() {
        if (random.nextInt(10) == 0) {
            return FIRST_UNUSED + random.nextInt(Bpf.X32_BIT - FIRST_UNUSED);
        }
        int number = rules.get(random.nextInt(rules.size())).number();
        return number <= FIRST_UNUSED ? number : number + random.nextInt(3) - 1;
    }

    /** Arguments near the tests of that number's rules. */
    long[] arguments(int number) {
        long[] arguments = new long[6];
        for (int i = 0; i < 6; i++) {
            arguments[i] = value();
        }
        for (SyscallRule rule : rules) {
            if (rule.number() == number && random.nextInt(3) > 0) {
                rule.tests().forEach(test -> arguments[test.index()] = near(test));
            }
        }
        return arguments;
    }

    /** Arguments for which some of the tests hold. */
    long[] argumentsNear(List<ArgumentTest> tests) {
        long[] arguments = new long[6];
        for (int i = 0; i < 6; i++) {
            arguments[i] = value();
        }
        for (ArgumentTest test : tests) {
            if (random.nextInt(4) > 0) {
                arguments[test.index()] = near(test);
            }
        }
        return arguments;
    }

    private long near(ArgumentTest test) {
        long argument = test.value() | (random.nextBoolean() ? random.nextLong() & ~test.mask() : 0);
        return random.nextInt(4) == 0 ? argument ^ (1L << random.nextInt(64)) : argument;
    }

    /** What the rules mean. */
    static int meaning(List<SyscallRule> rules, Action otherwise, int number, long[] arguments) {
        return rules.stream()
                .filter(rule -> rule.matches(number, arguments))
                .findFirst()
                .map(SyscallRule::action)
                .orElse(otherwise)
                .value();
    }
}
