package org.sluice.bpf;

import java.util.Arrays;
import java.util.List;
import org.sluice.linux.Linux;
import org.sluice.linux.SysException;
import org.sluice.linux.SyscallTable;

/** Installs a random filter into itself and compares what the kernel answers with what the rules mean. */
final class FilterChild {

    /** Real calls whose result is the same again, whatever their arguments. */
    private static final List<String> PURE =
            List.of("getppid", "sched_get_priority_max", "sched_get_priority_min", "getpgid", "getsid");

    private static final int CALLS = 20_000;

    private FilterChild() {}

    /** Arguments: the number of rules, the seed. */
    public static void main(String[] args) {
        int count = Integer.parseInt(args[0]);
        RandomRules random = new RandomRules(Long.parseLong(args[1]), count);
        int[] real = PURE.stream().mapToInt(SyscallTable.host()::number).toArray();
        List<SyscallRule> rules = random.rules(real);
        int[] numbers = new int[CALLS];
        long[][] arguments = new long[CALLS][];
        long[] natively = new long[CALLS];
        for (int i = 0; i < CALLS; i++) {
            numbers[i] = random.number();
            arguments[i] = random.arguments(numbers[i]);
            natively[i] = call(numbers[i], arguments[i]);
        }
        FilterProgram program = FilterCompiler.compile(Architecture.host(), rules, Action.allow());
        SysException.check("no_new_privs", Seccomp.setNoNewPrivileges());
        SysException.check("seccomp", Seccomp.install(program, 0));
        int answered = 0;
        for (int i = 0; i < CALLS; i++) {
            int meaning = RandomRules.meaning(rules, Action.allow(), numbers[i], arguments[i]);
            boolean allowed = meaning == Action.allow().value();
            long expected = allowed ? natively[i] : -(meaning & ~Bpf.RET_ACTION_MASK);
            long result = call(numbers[i], arguments[i]);
            if (result != expected) {
                System.out.println("call " + numbers[i] + Arrays.toString(arguments[i]) + " gave " + result
                        + ", the rules mean " + expected);
                System.exit(1);
            }
            answered += allowed ? 0 : 1;
        }
        System.out.println(program.instructions().size() + " instructions, " + answered + " answered");
        System.exit(answered > CALLS / 10 ? 0 : 2);
    }

    private static long call(int number, long[] a) {
        return Linux.call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    }
}
