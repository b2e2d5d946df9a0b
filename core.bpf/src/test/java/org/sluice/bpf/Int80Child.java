package org.sluice.bpf;

import com.sun.jna.Function;
import com.sun.jna.Pointer;
import java.util.List;
import org.sluice.linux.Pages;
import org.sluice.linux.SysException;

/** Makes the i386 call getpid through int 0x80. */
final class Int80Child {

    /** mov eax, 20 (getpid); int 0x80; ret. */
    private static final byte[] GETPID = {(byte) 0xb8, 20, 0, 0, 0, (byte) 0xcd, (byte) 0x80, (byte) 0xc3};

    private Int80Child() {}

    /** Argument: {@code filtered} or not. */
    public static void main(String[] args) {
        try (Pages pages = Pages.map(4096)) {
            pages.buffer().put(0, GETPID);
            pages.seal();
            if (args[0].equals("filtered")) {
                SysException.check("no_new_privs", Seccomp.setNoNewPrivileges());
                FilterProgram program = FilterCompiler.compile(Architecture.X86_64, List.of(), Action.allow());
                SysException.check("seccomp", Seccomp.install(program, 0));
            }
            int pid = Function.getFunction(new Pointer(pages.address())).invokeInt(new Object[0]);
            System.exit(pid == ProcessHandle.current().pid() ? 0 : 1);
        }
    }
}
