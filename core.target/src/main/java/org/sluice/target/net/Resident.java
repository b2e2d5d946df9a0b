package org.sluice.target.net;

import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import org.sluice.linux.Block;
import org.sluice.linux.Descriptor;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.target.Attempt;
import org.sluice.target.stub.Clone;
import org.sluice.target.stub.Steps;
import org.sluice.target.stub.Stub;

/**
 * A process that does nothing but live in a private network. The kernel shows the network of a process in
 * {@code /proc/PID/net}, for as long as that process lives, and the network in which a sysfs was mounted in that sysfs
 * (sysfs(5)). The process opens both, in the table of descriptors that it shares with this one, mounts where nobody else
 * sees it (mount_namespaces(7), fsmount(2)), drops all capabilities and descriptors and waits until this process ends or
 * {@link #close} ends it. It is made of prepared system calls alone.
 *
 * <p>Thread-safe.
 */
public final class Resident implements AutoCloseable {

    private static final long CLONE_NEWNS = 0x20000L;
    private static final int AT_FDCWD = -100;
    private static final int O_DIRECTORY = System.getProperty("os.arch", "").equals("aarch64") ? 0x4000 : 0x10000;
    private static final int O_PATH = 0x200000;
    private static final int O_CLOEXEC = 0x80000;
    private static final int EFD_CLOEXEC = 0x80000;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int LOWEST = 3;

    /** linux/mount.h. */
    private static final int FSOPEN_CLOEXEC = 1;

    private static final int FSCONFIG_CMD_CREATE = 6;
    private static final int FSMOUNT_CLOEXEC = 1;

    private static final int SIG_BLOCK = 0;
    private static final int SIG_SETMASK = 2;
    private static final int SIGKILL = 9;
    private static final int CLOSE_RANGE_UNSHARE = 2;
    private static final long ALL = 0xffff_ffffL;
    private static final int P_PIDFD = 3;
    private static final int WEXITED = 4;
    private static final long WALL = 0x40000000L;
    private static final short POLLIN = 1;
    private static final int CAPACITY = 40;

    /** The calls point to memory that the process uses as long as it lives. */
    private final Steps steps;

    private final int pid;
    private final Descriptor pidfd;
    private final Descriptor net;
    private final int sys;

    private Resident(Steps steps, int pid, Descriptor pidfd, Descriptor net, int sys) {
        this.steps = steps;
        this.pid = pid;
        this.pidfd = pidfd;
        this.net = net;
        this.sys = sys;
    }

    /** Adds the calls that enter the network. */
    interface Entry {
        void add(Steps steps, Steps.Step exit);
    }

    static Attempt<Resident> start(Entry entry) {
        int events = above("eventfd", Linux.call(Nr.EVENTFD2, 0, EFD_CLOEXEC));
        int self = above(
                "pidfd_open", Linux.call(Nr.PIDFD_OPEN, ProcessHandle.current().pid(), 0));
        try {
            return start(entry, events, self);
        } finally {
            Linux.close(events);
            Linux.close(self);
        }
    }

    /** The same above the numbers that the resident uses. */
    private static int above(String call, long fd) {
        int first = (int) SysException.check(call, fd);
        int moved = (int) SysException.check("fcntl", Linux.call(Nr.FCNTL, first, F_DUPFD_CLOEXEC, LOWEST));
        Linux.close(first);
        return moved;
    }

    private static Attempt<Resident> start(Entry entry, int events, int self) {
        Steps steps = new Steps(CAPACITY);
        Block pidfd = Block.allocate(8);
        long all = steps.keep(Block.allocate(8).putLong(0, -1));
        long saved = steps.keep(Block.allocate(8));
        Steps.Step block = steps.call(Nr.RT_SIGPROCMASK, SIG_BLOCK, all, saved, 8);
        long flags = Clone.VM | Clone.FILES | Clone.PIDFD | Clone.CLEAR_SIGHAND;
        long arguments = Clone.arguments(steps, flags, 0, steps.keep(pidfd));
        Steps.Step clone = steps.call(Nr.CLONE3, arguments, Clone.SIZE);
        Steps.Step restore = steps.call(Nr.RT_SIGPROCMASK, SIG_SETMASK, saved, 0, 8);
        steps.end();

        Steps.Step exit = steps.call(Nr.EXIT_GROUP, 1);
        // The child stores its own result of clone3 in the same place as this process, so it says its number itself.
        Steps.Step first = steps.call(Nr.GETPID);
        entry.add(steps, exit);
        Steps.Step net = steps.call(
                        Nr.OPENAT, AT_FDCWD, text(steps, "/proc/self/net"), O_PATH | O_DIRECTORY | O_CLOEXEC)
                .onError(exit);
        Mount sys = Mount.add(steps);
        waitFor(steps, exit, self, events);

        block.onError(restore);
        clone.onError(restore).onEqual(0, first);
        Stub.run(steps);
        if (clone.result() < 0) {
            return Attempt.failed((int) -clone.result());
        }
        boolean ready = isReady(events, pidfd.getInt(0));
        Descriptor process = new Descriptor(pidfd.getInt(0));
        int mounted = sys.take();
        if (ready) {
            return Attempt.of(
                    new Resident(steps, (int) first.result(), process, new Descriptor((int) net.result()), mounted));
        }
        reap(process);
        closeIf(mounted);
        closeIf((int) net.result());
        return Attempt.failed(Errno.EPERM);
    }

    /**
     * Mounts a sysfs that is attached nowhere. A failure of these calls is no failure of the process.
     *
     * @param create has the descriptor of the file system's context as its first argument
     * @param mount gives the descriptor of the mount
     */
    private record Mount(Steps.Step create, Steps.Step mount) {

        static Mount add(Steps steps) {
            Steps.Step unshare = steps.call(Nr.UNSHARE, CLONE_NEWNS);
            Steps.Step open = steps.call(Nr.FSOPEN, text(steps, "sysfs"), FSOPEN_CLOEXEC);
            Steps.Step create = steps.call(Nr.FSCONFIG, 0, FSCONFIG_CMD_CREATE, 0, 0, 0);
            Steps.Step self = steps.call(Nr.GETPID);
            Block from = Block.allocate(16).putLong(0, create.argument(0)).putLong(8, 8);
            Block to = Block.allocate(16);
            // A result is stored in one place only.
            Steps.Step copy = steps.call(Nr.PROCESS_VM_READV, 0, steps.keep(to), 1, steps.keep(from), 1, 0);
            Steps.Step mount = steps.call(Nr.FSMOUNT, 0, FSMOUNT_CLOEXEC, 0);
            to.putLong(0, mount.argument(0)).putLong(8, 8);
            Steps.Step end = steps.call(Nr.GETPID);
            unshare.onError(end);
            open.onError(end).storeAt(create.argument(0));
            create.onError(end);
            self.storeAt(copy.argument(0));
            copy.onError(end);
            mount.onError(end);
            return new Mount(create, mount);
        }

        /** The mount, or -1; the context is closed. */
        int take() {
            if (create.given(0) > 0) {
                Linux.close((int) create.given(0));
            }
            return mount.result() > 0 ? (int) mount.result() : -1;
        }
    }

    /** Gives up everything, tells that all is open, and waits for the supervisor's end. */
    private static void waitFor(Steps steps, Steps.Step exit, int self, int events) {
        steps.call(Nr.CAPSET, steps.keep(CapabilitySets.header()), steps.keep(CapabilitySets.none()))
                .onError(exit);
        steps.call(Nr.CLOSE_RANGE, Math.max(self, events) + 1, ALL, CLOSE_RANGE_UNSHARE)
                .onError(exit);
        steps.call(Nr.DUP3, self, 0, 0).onError(exit);
        steps.call(Nr.DUP3, events, 1, 0).onError(exit);
        steps.call(Nr.CLOSE_RANGE, 2, ALL, 0).onError(exit);
        long one = steps.keep(Block.allocate(8).putLong(0, 1));
        steps.call(Nr.WRITE, 1, one, 8);
        long poll = steps.keep(Block.allocate(8).putInt(0, 0).putShort(4, POLLIN));
        Steps.Step wait = steps.call(Nr.PPOLL, poll, 1, 0, 0, 0);
        wait.onError(wait);
        steps.call(Nr.EXIT_GROUP, 0);
    }

    static long text(Steps steps, String text) {
        return steps.keep(Block.cString(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Waits for the process's word or its end. */
    private static boolean isReady(int events, int pidfd) {
        Block poll = Block.allocate(16)
                .putInt(0, events)
                .putShort(4, POLLIN)
                .putInt(8, pidfd)
                .putShort(12, POLLIN);
        long ready;
        do {
            ready = poll.with(at -> Linux.call(Nr.PPOLL, at, 2, 0, 0, 0, 0));
        } while (ready == -Errno.EINTR);
        SysException.check("ppoll", ready);
        return poll.getShort(6) != 0;
    }

    /** The number of the process. */
    public int pid() {
        return pid;
    }

    /** The directory {@code /proc/PID/net} of the process (O_PATH). */
    public int net() {
        return net.fd();
    }

    /** The root of a sysfs of the network (O_PATH), or -1 where none may be mounted. */
    public int sys() {
        return sys;
    }

    private static void closeIf(int fd) {
        if (fd > 0) {
            Linux.close(fd);
        }
    }

    private static void reap(Descriptor process) {
        Linux.call(Nr.PIDFD_SEND_SIGNAL, process.fd(), SIGKILL, 0, 0, 0, 0);
        Block info = Block.allocate(128);
        info.with(at -> Linux.call(Nr.WAITID, P_PIDFD, process.fd(), at, WEXITED | WALL, 0, 0));
        process.close();
    }

    /** Ends the process and lets go of its files. */
    @Override
    public void close() {
        try {
            reap(pidfd);
        } finally {
            Reference.reachabilityFence(steps);
        }
        net.close();
        closeIf(sys);
    }
}
