package org.sluice.launcher.inside;

import java.util.List;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.Pages;
import org.sluice.linux.SysException;

/** What the supervisor's own process is set to. */
final class Supervisor {

    private static final int SIGQUIT = 3;
    private static final int PR_SET_DUMPABLE = 4;
    private static final long SA_RESTORER = 0x04000000;
    private static final long SA_RESTART = 0x10000000;
    private static final int RESTORER = 16;

    private Supervisor() {}

    /**
     * Keeps other processes of this user from reading the supervisor's memory and from tracing it (prctl(2),
     * PR_SET_DUMPABLE).
     */
    static void hide() {
        SysException.check("prctl(PR_SET_DUMPABLE)", Linux.call(Nr.PRCTL, PR_SET_DUMPABLE, 0));
    }

    /**
     * Lets SIGQUIT do nothing. The virtual machine answers it with a list of its threads and lets no Java code catch it, so
     * its handler is replaced by one machine instruction, {@code ret}. Ignoring the signal instead would be inherited by
     * what is executed; a handler is not.
     */
    static void surviveQuit() {
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        // Never unmapped: the kernel may call it as long as the process lives.
        Pages code = Pages.map(4096);
        if (arm) {
            code.buffer().putInt(0, 0xd65f03c0); // ret; the kernel's vDSO returns from the signal
        } else {
            code.buffer().put(0, (byte) 0xc3); // ret, to the restorer
            // mov rax, __NR_rt_sigreturn; syscall
            code.buffer().put(RESTORER, new byte[] {0x48, (byte) 0xc7, (byte) 0xc0, 15, 0, 0, 0, 0x0f, 0x05});
        }
        code.seal();
        // struct sigaction of the kernel: handler, flags, restorer, mask; without the restorer on aarch64
        Block action = Block.allocate(32);
        action.putLong(0, code.address());
        action.putLong(8, arm ? SA_RESTART : SA_RESTART | SA_RESTORER);
        if (!arm) {
            action.putLong(16, code.address() + RESTORER);
        }
        SysException.check(
                "rt_sigaction(SIGQUIT)", Calls.with(List.of(action), Nr.RT_SIGACTION, SIGQUIT, action.address(), 0, 8));
    }
}
