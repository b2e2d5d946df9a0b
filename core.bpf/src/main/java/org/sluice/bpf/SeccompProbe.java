package org.sluice.bpf;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/** Looks for what seccomp(2) can do. */
final class SeccompProbe {

    private static final int SIZES = 6;

    private static final String LISTENER = "listener";

    private final long listener;
    private final List<Feature> features;

    private SeccompProbe() {
        this.listener = listenerOfAPassingThread();
        this.features = List.of(notification(), sizes(), listener(), waitKillable(), addFd(), syncWakeUp());
        if (listener >= 0) {
            Linux.close((int) listener);
        }
    }

    static List<Feature> features() {
        return new SeccompProbe().features;
    }

    private static Feature notification() {
        boolean present = Seccomp.isAvailable(Action.userNotify());
        return new Feature(
                "seccomp user notification",
                present,
                true,
                present ? "the kernel hands calls over" : "the action is not known or seccomp(2) is blocked",
                "no command can be run; needs Linux 5.5 with CONFIG_SECCOMP_FILTER, in a container also a profile that "
                        + "allows seccomp(2)");
    }

    private static Feature sizes() {
        Block sizes = Block.allocate(SIZES);
        long result = sizes.with(address -> Linux.call(Nr.SECCOMP, Seccomp.GET_NOTIF_SIZES, 0, address));
        int notif = sizes.getShort(0);
        int response = sizes.getShort(2);
        int data = sizes.getShort(4);
        boolean known =
                result == 0 && notif <= SeccompNotif.SIZE && response <= SeccompNotifResp.SIZE && data <= Bpf.DATA_SIZE;
        return new Feature(
                "notification layout",
                known,
                true,
                "sizes " + notif + ", " + response + ", " + data + " bytes",
                "this kernel's notifications are larger than this version of Sluice knows; use a newer one");
    }

    private Feature listener() {
        return new Feature(
                LISTENER,
                listener >= 0,
                true,
                listener >= 0 ? "a filter with a listener was installed" : Errno.describe((int) -listener),
                listener == -Errno.EBUSY
                        ? "no command can be run: this process already has a listener, as inside another Sluice"
                        : "no command can be run");
    }

    /** Whether this is the listener, and missing because the process has one already. */
    static boolean isTaken(Feature feature) {
        return feature.name().equals(LISTENER)
                && !feature.present()
                && feature.detail().equals(Errno.describe(Errno.EBUSY));
    }

    private static Feature waitKillable() {
        boolean known = knowsFlags(Seccomp.FLAG_NEW_LISTENER | Seccomp.FLAG_WAIT_KILLABLE_RECV);
        return new Feature(
                "WAIT_KILLABLE_RECV",
                known,
                false,
                known ? "received calls are not interrupted" : "unknown before Linux 5.19",
                "a signal repeats a call that is being answered; handlers that return descriptors are refused");
    }

    private Feature addFd() {
        Block block = Block.allocate(SeccompNotifAddfd.SIZE);
        long result = listener < 0
                ? listener
                : block.with(address -> Linux.call(Nr.IOCTL, listener, Seccomp.IOCTL_ADDFD, address));
        boolean known = result == -Errno.ENOENT || result == -Errno.EBADF;
        return new Feature(
                "ADDFD",
                known,
                false,
                known ? "descriptors can be given to the target" : "unknown before Linux 5.9",
                "no file broker, no virtual files, no virtual netlink");
    }

    private Feature syncWakeUp() {
        boolean known = listener >= 0
                && Linux.call(Nr.IOCTL, listener, Seccomp.IOCTL_SET_FLAGS, Seccomp.FD_SYNC_WAKE_UP, 0, 0, 0) == 0;
        return new Feature(
                "SYNC_WAKE_UP",
                known,
                false,
                known ? "fast hand-over" : "unknown before Linux 6.6",
                "a supervised call takes up to ten times as long");
    }

    /** A NULL program: EFAULT means that the flags were accepted. */
    private static boolean knowsFlags(int flags) {
        return Linux.call(Nr.SECCOMP, Seccomp.SET_MODE_FILTER, flags, 0) == -Errno.EFAULT;
    }

    /** A filter and no_new_privs belong to the thread that asks for them, so both are gone with it. */
    private static long listenerOfAPassingThread() {
        AtomicLong result = new AtomicLong();
        Thread thread = new Thread(
                () -> {
                    long privileges = Seccomp.setNoNewPrivileges();
                    result.set(privileges < 0 ? privileges : install());
                },
                "sluice-probe");
        thread.start();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return result.get();
    }

    private static long install() {
        FilterProgram allowAll = FilterCompiler.compile(Architecture.host(), List.of(), Action.allow());
        return Seccomp.install(allowAll, Seccomp.FLAG_NEW_LISTENER);
    }
}
