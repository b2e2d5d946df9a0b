package org.sluice.target;

import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.Pages;
import org.sluice.linux.SysException;

/**
 * A signal that does nothing but end a blocking system call with EINTR (signal(7), "Interruption of system calls"). It is
 * a real-time signal whose disposition was the default, so nothing that the embedding program handles is changed. The
 * handler is machine code of one instruction: a Java callback would run Java between any two instructions of the thread.
 *
 * <p>Once installed it stays. Taking it away could let a signal that is still on its way meet the default action, which
 * ends the process. The code carries a mark, so that a bundle that is loaded again finds the handler of its predecessor
 * instead of using up another signal.
 */
final class WakeSignal {

    private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");

    /** {@code ret}: back to the restorer, which on aarch64 is the kernel's own. */
    private static final byte[] HANDLER =
            ARM ? new byte[] {(byte) 0xc0, 0x03, 0x5f, (byte) 0xd6} : new byte[] {(byte) 0xc3};

    /** {@code mov $15, %eax; syscall}: rt_sigreturn(2), as x86-64 asks of SA_RESTORER. */
    private static final byte[] RESTORER = {(byte) 0xb8, 15, 0, 0, 0, 0x0f, 0x05};

    /** Says whose handler it is: "sluice-w" as bytes. */
    private static final long MARK = 0x772d_6563_6975_6c73L;

    private static final int MARK_AT = 8;
    private static final int RESTORER_AT = 16;

    private static final long SA_RESTORER = 0x0400_0000;
    private static final int HIGHEST = 64;

    /** Below are those that C libraries use for themselves. */
    private static final int LOWEST = 36;

    private static final int SET_SIZE = 8;
    private static final int SIG_UNBLOCK = 1;

    private static final class Installed {
        static final int NUMBER = install();
    }

    private WakeSignal() {}

    /** The signal's number; installs it first if need be. */
    static int number() {
        return Installed.NUMBER;
    }

    /** Lets the calling thread receive it. */
    static void unblock() {
        Block set = Scratch.get().word;
        set.putLong(0, 1L << (number() - 1));
        SysException.check(
                "rt_sigprocmask", Linux.call(Nr.RT_SIGPROCMASK, SIG_UNBLOCK, set.address(), 0, SET_SIZE, 0, 0));
    }

    /** Sends it to a thread of this process. */
    static void send(int tid) {
        Linux.call(Nr.TGKILL, Linux.call(Nr.GETPID, 0), tid, number());
    }

    private static int install() {
        Block action = Scratch.get().record;
        int free = 0;
        for (int signal = HIGHEST; signal >= LOWEST; signal--) {
            SysException.check(
                    "rt_sigaction", Linux.call(Nr.RT_SIGACTION, signal, 0, action.address(), SET_SIZE, 0, 0));
            long handler = action.getLong(0);
            if (isOurs(handler)) {
                return signal;
            }
            free = free == 0 && handler == 0 ? signal : free;
        }
        if (free == 0) {
            throw new SysException("a free real-time signal to interrupt blocking calls with", Errno.EBUSY);
        }
        long code = code();
        action.putLong(0, code)
                .putLong(8, ARM ? 0 : SA_RESTORER)
                .putLong(16, code + RESTORER_AT)
                .putLong(24, 0);
        SysException.check("rt_sigaction", Linux.call(Nr.RT_SIGACTION, free, action.address(), 0, SET_SIZE, 0, 0));
        return free;
    }

    private static boolean isOurs(long handler) {
        if (handler == 0 || handler == 1) {
            return false;
        }
        Block mark = Scratch.get().word;
        int self = (int) Linux.call(Nr.GETPID, 0);
        return new TargetMemory().readFully(self, handler + MARK_AT, mark, 0, 8) == 0 && mark.getLong(0) == MARK;
    }

    /** Never unmapped, for the signal may come for as long as the process lives. */
    private static long code() {
        Pages pages = Pages.map(4096);
        pages.buffer().put(0, HANDLER).putLong(MARK_AT, MARK).put(RESTORER_AT, RESTORER);
        pages.seal();
        return pages.address();
    }
}
