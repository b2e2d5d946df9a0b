package org.sluice.launcher.inside;

import java.util.List;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/**
 * The terminal that Sluice was started on. A command that takes the foreground (a shell with job control) and ends
 * without giving it back would leave whoever called Sluice in the background: so it is taken back.
 */
final class Terminal {

    private static final int TIOCGPGRP = 0x540f;
    private static final int TIOCSPGRP = 0x5410;
    private static final int SIGTTOU = 22;
    private static final long SIG_IGN = 1;

    private final int fd;
    private final int group;

    private Terminal(int fd, int group) {
        this.fd = fd;
        this.group = group;
    }

    /** As it is now. */
    static Terminal current() {
        int own = (int) Linux.call(Nr.GETPGID, 0);
        for (int fd = 0; fd <= 2; fd++) {
            if (foreground(fd) == own) {
                return new Terminal(fd, own);
            }
        }
        return new Terminal(-1, own);
    }

    /** Takes the foreground back if it was Sluice's and is no longer. */
    void restore() {
        if (fd < 0 || foreground(fd) == group) {
            return;
        }
        // From the background, TIOCSPGRP stops its caller unless SIGTTOU is ignored (tcsetpgrp(3)).
        Block ignore = Block.allocate(32).putLong(0, SIG_IGN);
        Block before = Block.allocate(32);
        Calls.with(List.of(ignore, before), Nr.RT_SIGACTION, SIGTTOU, ignore.address(), before.address(), 8);
        Block value = Block.allocate(4).putInt(0, group);
        // A terminal that has been hung up meanwhile has no foreground to restore.
        Calls.with(List.of(value), Nr.IOCTL, fd, TIOCSPGRP, value.address());
        Calls.with(List.of(before), Nr.RT_SIGACTION, SIGTTOU, before.address(), 0, 8);
    }

    private static int foreground(int fd) {
        Block value = Block.allocate(4);
        long result = Calls.with(List.of(value), Nr.IOCTL, fd, TIOCGPGRP, value.address());
        int group = value.getInt(0);
        return result == 0 ? group : -1;
    }
}
