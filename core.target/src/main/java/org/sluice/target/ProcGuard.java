package org.sluice.target;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.function.IntPredicate;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.Target;

/**
 * The parts of a walk that lie in procfs (proc(5)). There, what a name means depends on who looks, and the supervisor may
 * look where the target must not: {@code self} and {@code thread-self} are made the target's, and of a process outside
 * the sandbox only what anybody may read is reached. Where a directory is, is asked from the file system itself, for
 * neither the spelling of the path nor the place of the mount says it.
 */
final class ProcGuard {

    private static final int PROC_ROOT_INO = 1;
    private static final int DEPTH = 32;

    /** The part of procfs that belongs to no process. */
    private static final int NOBODY = 0;

    /** A directory that cannot be placed, such as one whose process is gone or that is mounted alone. */
    private static final int UNKNOWN = -1;

    private static final int NOT_ASKED = -2;

    /** What is in a process's directory and needs no right to trace it. */
    private static final Set<String> OPEN_TO_ALL =
            Set.of(".", "..", "cgroup", "cmdline", "comm", "limits", "oom_score", "stat", "statm", "status", "task");

    private final Target target;
    private final IntPredicate inside;
    private final boolean hides;
    private int pid;
    private int owner = NOT_ASKED;
    private int lastInside;

    /**
     * For one walk.
     *
     * @param hides whether processes outside the sandbox are not there at all
     */
    ProcGuard(Target target, IntPredicate inside, boolean hides) {
        this.target = target;
        this.inside = inside;
        this.hides = hides;
    }

    /**
     * Whether the target may go to {@code name} in the directory of procfs where the walk is: 0, EACCES, or ENOENT for what
     * is hidden.
     *
     * @param at what {@code directory} is
     */
    int check(int directory, Inode at, String name) {
        return check(isRoot(at), ownerOfPlace(directory, at), directory, name);
    }

    private int check(boolean root, int of, int directory, String name) {
        if (hides && root && number(name) > 0) {
            return isInside(number(name)) ? 0 : Errno.ENOENT;
        }
        if (of == NOBODY || isInside(of)) {
            return 0;
        }
        if (hides) {
            // Who got hold of such a directory by exchanging a path finds nothing in it.
            return Errno.ENOENT;
        }
        boolean allowed = OPEN_TO_ALL.contains(name)
                || (number(name) > 0 && baseName(directory).equals("task"));
        return allowed ? 0 : Errno.EACCES;
    }

    /** The walk has gone down to {@code name} in the same mount, so that whose files are there follows from where it was. */
    void wentDown(Inode from, String name) {
        if (isRoot(from)) {
            owner = Math.max(NOBODY, number(name));
        }
    }

    /** The walk has gone somewhere else. */
    void wentElsewhere() {
        owner = NOT_ASKED;
    }

    private int ownerOfPlace(int directory, Inode at) {
        if (isRoot(at)) {
            return NOBODY;
        }
        if (owner == NOT_ASKED) {
            owner = owner(directory);
        }
        return owner;
    }

    /**
     * Whether the target may have the object of procfs at which a walk ended: 0 or EACCES. A magic link, or a descriptor
     * of the target's own, leads there past every directory on the way.
     */
    int checkEnd(PinnedPath end) {
        return Inode.of(end.fd()).isDirectory()
                ? checkDirectory(end.fd())
                : end.canonical().map(path -> checkFile(path.toArray())).orElse(Errno.EACCES);
    }

    private int checkDirectory(int directory) {
        return isRoot(directory) ? 0 : checkAndClose(PathSteps.openParent(directory), baseName(directory));
    }

    /** A file does not say which directory it is in, but the kernel's name for it does; it was seen to lead there. */
    private int checkFile(byte[] path) {
        int slash = path.length - 1;
        while (slash > 0 && path[slash] != '/') {
            slash--;
        }
        byte[] folder = Arrays.copyOf(path, slash);
        int parent = PathSteps.openPlain(PathSteps.AT_FDCWD, folder, false, false, Resolve.PLAIN);
        return checkAndClose(parent, new String(path, slash + 1, path.length - slash - 1, StandardCharsets.ISO_8859_1));
    }

    private int checkAndClose(int directory, String name) {
        if (directory < 0) {
            return Errno.EACCES;
        }
        Inode at = Inode.of(directory);
        int errno = check(isRoot(at), owner(directory), directory, name);
        Linux.close(directory);
        return errno;
    }

    /** Whether links in the directory where the walk is are magic links, which lead to an object rather than say a path. */
    boolean hasMagicLinks(int directory, Inode at) {
        return ownerOfPlace(directory, at) != NOBODY;
    }

    /** What the link {@code name} in a directory that {@linkplain #hasMagicLinks has none} says to the target. */
    byte[] content(Inode at, String name, int link) {
        byte[] content = PathSteps.readLink(link);
        boolean threadSelf = name.equals("thread-self");
        if (!isRoot(at) || !(threadSelf || name.equals("self"))) {
            return content;
        }
        int own = (int) Linux.call(Nr.GETPID, 0);
        String said = new String(content, StandardCharsets.US_ASCII);
        if (!said.equals("" + own) && !said.startsWith(own + "/task/")) {
            // The mount belongs to another pid namespace, where the target's numbers are not known.
            return new byte[0];
        }
        String says = threadSelf ? pid() + "/task/" + target.tid() : "" + pid();
        return says.getBytes(StandardCharsets.US_ASCII);
    }

    private boolean isInside(int process) {
        if (process <= 0) {
            return false;
        }
        if (process == lastInside || process == target.tid() || process == pid() || inside.test(process)) {
            lastInside = process;
            return true;
        }
        return false;
    }

    /** Asked once, for it costs a look into procfs. */
    private int pid() {
        if (pid == 0) {
            pid = target.pid();
        }
        return pid;
    }

    /** The process that a directory of procfs belongs to, found by going up to the root. */
    private static int owner(int directory) {
        int at = PathSteps.duplicate(directory);
        try {
            for (int depth = 0; depth < DEPTH && at >= 0 && FileSystem.of(at).isProc(); depth++) {
                if (isRoot(at)) {
                    return NOBODY;
                }
                int parent = PathSteps.openParent(at);
                if (parent >= 0 && isRoot(parent) && FileSystem.of(parent).isProc()) {
                    String name = baseName(at);
                    Linux.close(parent);
                    return name.isEmpty() || name.endsWith(" (deleted)") ? UNKNOWN : Math.max(NOBODY, number(name));
                }
                Linux.close(at);
                at = parent;
            }
            return UNKNOWN;
        } finally {
            if (at >= 0) {
                Linux.close(at);
            }
        }
    }

    /** Inode numbers of procfs are given out again in the end, so the number alone does not say it. */
    static boolean isRoot(int directory) {
        return isRoot(Inode.of(directory));
    }

    /** The same of a directory that is known to be in procfs. */
    static boolean isRoot(Inode directory) {
        return directory.number() == PROC_ROOT_INO && directory.mountRoot();
    }

    static String baseName(int directory) {
        String name = new String(PathSteps.name(directory), StandardCharsets.ISO_8859_1);
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** A process number, or -1. */
    static int number(String name) {
        return name.length() <= 9 && name.matches("[1-9][0-9]*") ? Integer.parseInt(name) : -1;
    }
}
