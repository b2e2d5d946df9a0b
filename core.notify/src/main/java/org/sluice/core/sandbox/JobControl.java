package org.sluice.core.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sluice.core.SandboxSpec;
import org.sluice.core.spawn.GuardedProcess;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/**
 * Makes this process stop when its target was stopped, so that the shell from which both were started takes its terminal
 * back. The shell's SIGCONT goes to the process group and so to both.
 */
final class JobControl {

    private static final int SIGSTOP = 19;

    private JobControl() {}

    static void follow(GuardedProcess process, SandboxSpec.Options options) {
        if (options.keepTerminal() && isStopped(process.pid())) {
            Linux.call(Nr.KILL, ProcessHandle.current().pid(), SIGSTOP);
        }
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
