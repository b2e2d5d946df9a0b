package org.sluice.launcher.inside;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.ApprovalBackend;
import org.sluice.notify.ApprovalRequest;

/**
 * Asks on the terminal that Sluice was started on, one question after another. While it asks, Sluice's process group is in
 * the foreground, as a shell's is between two commands. Thread-safe.
 */
final class TerminalBackend implements ApprovalBackend {

    private static final long SIGTTIN_SIGTTOU = 1L << 20 | 1L << 21;
    private static final int SIG_BLOCK = 0;
    private static final int SIG_SETMASK = 2;

    private final ReentrantLock turn = new ReentrantLock(true);

    @Override
    public Answer ask(ApprovalRequest request) throws InterruptedException {
        turn.lockInterruptibly();
        try (Tty tty = Tty.open()) {
            // Only this thread's: it may use the terminal whoever has the foreground, and no signal stops the process.
            Block blocked = Block.allocate(8).putLong(0, SIGTTIN_SIGTTOU);
            Block before = Block.allocate(8);
            Calls.with(List.of(blocked, before), Nr.RT_SIGPROCMASK, SIG_BLOCK, blocked.address(), before.address(), 8);
            Foreground foreground = new Foreground(tty, TerminalBackend::isOfSandbox);
            try {
                return new Prompt(tty, foreground, request).run();
            } finally {
                foreground.giveBack();
                Calls.with(List.of(before), Nr.RT_SIGPROCMASK, SIG_SETMASK, before.address(), 0, 8);
            }
        } finally {
            turn.unlock();
        }
    }

    /** Whether a process of that group is below this process, as sandboxes are; its leader may have ended. */
    private static boolean isOfSandbox(int group) {
        return ProcessHandle.current().descendants().anyMatch(each -> Linux.call(Nr.GETPGID, each.pid()) == group);
    }
}
