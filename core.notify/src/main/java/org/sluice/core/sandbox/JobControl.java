package org.sluice.core.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.sluice.core.SandboxSpec;
import org.sluice.core.spawn.GuardedProcess;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/**
 * Makes this process stop when its target was stopped, so that the shell from which both were started takes its terminal
 * back. The shell's SIGCONT goes to the process group and so to both, unless the target has made a group of its own, as
 * an interactive shell does: then the terminal and the signal are handed on, as the shell would do with the target itself.
 */
final class JobControl {

    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;
    private static final int RELEASE_LOOKS = 30;
    private static final long RELEASE_NANOS = 10_000_000;
    private static final int AT_FDCWD = -100;
    private static final int O_RDWR = 2;
    private static final int O_NOCTTY = 0x100;
    private static final int O_CLOEXEC = 0x80000;
    private static final int TIOCGPGRP = 0x540f;
    private static final int TIOCSPGRP = 0x5410;
    private static final byte[] TERMINAL = "/dev/tty".getBytes(StandardCharsets.US_ASCII);

    private JobControl() {}

    /**
     * Follows a process that may have been stopped.
     *
     * @param calls how many calls of targets wait in this process; those whose thread is to stop as well are let go first,
     *     and with them a question on the terminal
     */
    static void follow(GuardedProcess process, SandboxSpec.Options options, IntSupplier calls) {
        if (options.keepTerminal() && isStopped(process.pid())) {
            awaitReleases(calls);
            // Sent to this thread, which returns only when the process has been continued.
            Linux.call(Nr.TGKILL, ProcessHandle.current().pid(), Linux.call(Nr.GETTID, 0), SIGSTOP);
            handOn(process.pid());
        }
    }

    /** Bounded, since some wait for something else. */
    private static void awaitReleases(IntSupplier calls) {
        for (int i = 0; i < RELEASE_LOOKS && calls.getAsInt() > 0; i++) {
            LockSupport.parkNanos(RELEASE_NANOS);
        }
    }

    private static void handOn(int target) {
        long own = Linux.call(Nr.GETPGID, 0);
        long group = Linux.call(Nr.GETPGID, target);
        if (group <= 0 || group == own) {
            return;
        }
        int flags = O_RDWR | O_NOCTTY | O_CLOEXEC;
        long terminal = Block.cString(TERMINAL).with(path -> Linux.call(Nr.OPENAT, AT_FDCWD, path, flags, 0, 0, 0));
        if (terminal >= 0) {
            Block foreground = Block.allocate(4);
            foreground.with(address -> Linux.call(Nr.IOCTL, terminal, TIOCGPGRP, address));
            // In the background (bg) the terminal is not this group's to give.
            if (foreground.getInt(0) == own) {
                foreground.putInt(0, (int) group);
                foreground.with(address -> Linux.call(Nr.IOCTL, terminal, TIOCSPGRP, address));
            }
            Linux.close((int) terminal);
        }
        Linux.call(Nr.KILL, -group, SIGCONT);
    }

    private static boolean isStopped(int pid) {
        try {
            String stat =
                    Files.readString(Path.of("/proc", Integer.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
        } catch (IOException e) {
            // It has ended meanwhile.
            return false;
        }
    }
}
