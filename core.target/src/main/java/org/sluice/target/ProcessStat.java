package org.sluice.target;

import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/** What {@code /proc/PID/stat} says about a process (proc_pid_stat(5)). Stateless; thread-safe. */
public final class ProcessStat {

    private static final int AT_FDCWD = -100;
    private static final int O_CLOEXEC = 0x80000;

    private ProcessStat() {}

    /** The parent of a process or of a thread's process, 0 if there is no such process or it has none. */
    public static int parent(int pid) {
        Scratch scratch = Scratch.get();
        long fd = Linux.call(Nr.OPENAT, AT_FDCWD, scratch.proc(pid, "stat"), O_CLOEXEC);
        if (fd < 0) {
            return 0;
        }
        Block page = scratch.page;
        int length = (int) Linux.call(Nr.READ, fd, page.address(), page.size());
        Linux.close((int) fd);
        return parent(page, length);
    }

    /** The name in brackets may hold anything, further brackets too; after it come the state and the parent. */
    private static int parent(Block text, int length) {
        int at = length - 1;
        while (at >= 0 && text.getByte(at) != ')') {
            at--;
        }
        int parent = 0;
        for (int i = at + 4; at > 0 && i < length && text.getByte(i) >= '0' && text.getByte(i) <= '9'; i++) {
            parent = parent * 10 + text.getByte(i) - '0';
        }
        return parent;
    }
}
