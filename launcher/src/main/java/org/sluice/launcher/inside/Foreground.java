package org.sluice.launcher.inside;

import java.util.function.IntPredicate;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/**
 * The foreground of a terminal, taken from a sandbox and given back to it. A terminal that somebody else uses, because this
 * job is in the background or was stopped, is left alone until the job is in the foreground again. For one thread, which has
 * SIGTTIN and SIGTTOU blocked.
 */
final class Foreground {

    private static final int LOOK_MILLIS = 50;
    private static final int SIGCONT = 18;

    private final Tty tty;
    private final IntPredicate ours;
    private final int own = (int) Linux.call(Nr.GETPGID, 0);
    private int taken;

    /**
     * Of one terminal.
     *
     * @param ours whether a process group is of this supervisor's sandboxes
     */
    Foreground(Tty tty, IntPredicate ours) {
        this.tty = tty;
        this.ours = ours;
    }

    /** Whether this process's group has it. */
    boolean has() {
        return tty.foreground() == own;
    }

    /** Waits until it is this group's or a sandbox's, and takes it; {@code waiting} is run if that is not so at once. */
    void take(Runnable waiting) throws InterruptedException {
        boolean told = false;
        while (true) {
            int group = tty.foreground();
            if (group == own) {
                return;
            }
            if (ours.test(group)) {
                tty.setForeground(own);
                taken = group;
                return;
            }
            if (!told) {
                told = true;
                waiting.run();
            }
            // A change of the foreground is told to nobody who is not in it.
            Thread.sleep(LOOK_MILLIS);
        }
    }

    /** Gives it back to the group that it was taken from, unless somebody has taken it meanwhile. */
    void giveBack() {
        if (taken != 0 && has()) {
            tty.setForeground(taken);
            // Who wanted to read meanwhile was stopped for it.
            Linux.call(Nr.KILL, -taken, SIGCONT);
        }
        taken = 0;
    }
}
