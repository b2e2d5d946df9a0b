package org.sluice.bpf;

import java.util.List;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;

/** Makes an x32 call under a filter whose rule for the same call without the bit has another answer. */
final class X32Child {

    private X32Child() {}

    public static void main(String[] args) {
        SysException.check("no_new_privs", Seccomp.setNoNewPrivileges());
        FilterProgram program = FilterCompiler.compile(
                Architecture.X86_64, List.of(SyscallRule.always(Nr.GETPPID, Action.errno(1234))), Action.allow());
        SysException.check("seccomp", Seccomp.install(program, 0));
        boolean right = Linux.call(Nr.GETPPID, 0) == -1234
                && Linux.call(Nr.GETPPID | Bpf.X32_BIT, 0) == -Errno.ENOSYS
                && Linux.call(-1, 0) == -Errno.ENOSYS;
        System.exit(right ? 0 : 1);
    }
}
