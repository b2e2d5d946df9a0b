package org.sluice.bpf;

import java.util.ArrayList;
import java.util.List;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.KernelConstants;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.linux.SyscallTable;

/** Lives under the deny list, with an errno that the kernel never gives in place of each notification. */
final class DenyListChild {

    private static final int NOTIFIED = 2000;

    private static final List<String> wrong = new ArrayList<>();

    private DenyListChild() {}

    public static void main(String[] args) throws InterruptedException {
        List<SyscallRule> rules = DenyList.of(Architecture.host(), 5).rules().stream()
                .map(rule -> rule.action().equals(Action.userNotify())
                        ? new SyscallRule(rule.number(), rule.tests(), Action.errno(NOTIFIED))
                        : rule)
                .toList();
        SysException.check("no_new_privs", Seccomp.setNoNewPrivileges());
        SysException.check(
                "seccomp", Seccomp.install(FilterCompiler.compile(Architecture.host(), rules, Action.allow()), 0));
        expect(-NOTIFIED, "ptrace", -1);
        expect(-NOTIFIED, "setns", -1);
        expect(-NOTIFIED, "unshare", constant("CLONE_NEWUSER"));
        expect(-NOTIFIED, "prctl", constant("PR_SET_DUMPABLE"), 0);
        expect(-NOTIFIED, "kill", 0, 0);
        expect(-NOTIFIED, "setpriority", constant("PRIO_USER"), 0);
        expect(-Errno.ENOSYS, "clone3", 0, 0);
        expect(-Errno.ENOSYS, "io_uring_setup", 0, 0);
        expect(-Errno.EOPNOTSUPP, "landlock_create_ruleset", 0, 0);
        expect(-Errno.EAFNOSUPPORT, "socket", constant("AF_VSOCK"), constant("SOCK_STREAM"));
        expect(-Errno.EAFNOSUPPORT, "socket", constant("AF_ALG"), constant("SOCK_SEQPACKET"));
        expect(0, "prctl", constant("PR_SET_DUMPABLE"), 1);
        expect(0, "unshare", 0);
        Block old = Block.allocate(16);
        expect(0, "prlimit64", ProcessHandle.current().pid(), 0, 0, old.address());
        int socket = (int) SysException.check("socket", Linux.call(Nr.SOCKET, constant("AF_INET"), 1));
        Linux.close(socket);
        // The C library makes threads with clone when clone3 is missing.
        Thread thread = new Thread(() -> {});
        thread.start();
        thread.join();
        System.out.println(wrong + " " + old.getLong(0));
        System.exit(wrong.isEmpty() ? 0 : 1);
    }

    private static long constant(String name) {
        return KernelConstants.value(name).orElseThrow();
    }

    private static void expect(long expected, String call, long... arguments) {
        long[] a = java.util.Arrays.copyOf(arguments, 6);
        long result = Linux.call(SyscallTable.host().number(call), a[0], a[1], a[2], a[3], a[4], a[5]);
        if (result != expected) {
            wrong.add(call + " gave " + result + ", not " + expected);
        }
    }
}
