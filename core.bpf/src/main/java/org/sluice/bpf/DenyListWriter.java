package org.sluice.bpf;

import java.util.ArrayList;
import java.util.List;
import org.sluice.linux.Argument;
import org.sluice.linux.Errno;
import org.sluice.linux.KernelConstants;
import org.sluice.linux.SyscallTable;

/** Collects entries of the {@link DenyList} for one architecture; calls that it does not have are left out. */
final class DenyListWriter {

    private static final int NO_ARGUMENT = -1;

    private final SyscallTable table;
    private final KernelConstants constants;
    private final List<DeniedCall> entries = new ArrayList<>();

    DenyListWriter(Architecture architecture) {
        this.table = architecture.table();
        this.constants = KernelConstants.of(table.architecture());
    }

    List<DeniedCall> entries() {
        return entries;
    }

    /** The value of a constant on this architecture. */
    long constant(String name) {
        return constants.get(name);
    }

    /** The constants joined by or. */
    long flags(String... names) {
        long flags = 0;
        for (String name : names) {
            flags |= constant(name);
        }
        return flags;
    }

    /** Refuses calls that have no harmless use. */
    void refuseAll(String reason, String... calls) {
        for (String call : calls) {
            refuse(call, reason);
        }
    }

    void refuse(String call, String reason, ArgumentTest... tests) {
        add(call, Judgement.REFUSE, Errno.EPERM, NO_ARGUMENT, reason, tests);
    }

    void refuseFirst(String call, String reason, ArgumentTest... tests) {
        add(call, Judgement.FIRST_PROCESS, Errno.EPERM, NO_ARGUMENT, reason, tests);
    }

    void pretend(String call, String reason, ArgumentTest... tests) {
        add(call, Judgement.PRETEND, 0, NO_ARGUMENT, reason, tests);
    }

    void fail(String call, int errno, String reason, ArgumentTest... tests) {
        add(call, Judgement.FILTER, errno, NO_ARGUMENT, reason, tests);
    }

    /** The call is judged by the process that the argument names. */
    void foreign(String call, String argument, String reason, ArgumentTest... tests) {
        if (table.has(call)) {
            add(call, Judgement.FOREIGN_PID, Errno.EPERM, index(call, argument), reason, tests);
        }
    }

    void foreignPidfd(String call, String argument, String reason, ArgumentTest... tests) {
        if (table.has(call)) {
            add(call, Judgement.FOREIGN_PIDFD, Errno.EPERM, index(call, argument), reason, tests);
        }
    }

    private void add(String call, Judgement judgement, int errno, int argument, String reason, ArgumentTest... tests) {
        if (table.has(call)) {
            entries.add(new DeniedCall(call, table.number(call), List.of(tests), judgement, errno, argument, reason));
        }
    }

    private int index(String call, String argument) {
        List<Argument> arguments = table.arguments(call);
        for (int i = 0; i < arguments.size(); i++) {
            if (arguments.get(i).name().equals(argument)) {
                return i;
            }
        }
        throw new IllegalArgumentException(call + " has no argument " + argument + " but " + arguments);
    }
}
