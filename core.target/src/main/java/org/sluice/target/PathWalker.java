package org.sluice.target;

import java.nio.charset.StandardCharsets;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.notify.Bytes;
import org.sluice.notify.Target;

/**
 * Resolves paths as the kernel would for a thread of the sandbox (path_resolution(7)): from its root, its working
 * directory or a descriptor of its, and ends at a pinned object. What is decided about that object holds for it, however
 * the tree is changed meanwhile.
 *
 * <p>Nearly all paths meet no symbolic link; one openat2(2) resolves those. Others, and everything in procfs, are walked
 * name by name. Errors are those of the kernel, which rest on the supervisor having the target's credentials.
 * Stateless and thread-safe.
 */
public final class PathWalker {

    /** In place of a directory's descriptor: the working directory. */
    public static final int AT_FDCWD = PathSteps.AT_FDCWD;

    /** What becomes of the last name of a path. */
    public enum Last {
        /** It is followed if it is a symbolic link. */
        FOLLOW,
        /** It is not followed, unless a slash comes after it. */
        NO_FOLLOW,
        /** It is not looked at: the directory that it is in is the result. */
        PARENT,
        /**
         * As {@link #FOLLOW}, but it may be missing, also where a symbolic link leads: then the directory where it would be
         * made is the result, as for O_CREAT of open(2).
         */
        CREATE,
        /** As {@link #NO_FOLLOW}, but it may be missing. */
        CREATE_NO_FOLLOW;

        boolean follows() {
            return this == FOLLOW || this == CREATE;
        }

        boolean mayBeMissing() {
            return this == CREATE || this == CREATE_NO_FOLLOW;
        }
    }

    /** A process's directory has a number for a name. */
    private static final Pattern PROCESS = Pattern.compile("(^|/)[0-9]+(/|$)");

    private final Pidfds pidfds;
    private final IntPredicate inside;
    private final boolean direct;

    /**
     * For the threads of one sandbox.
     *
     * @param inside whether a process or thread of that number is in the sandbox, and not only of its user
     */
    public PathWalker(Pidfds pidfds, IntPredicate inside) {
        this(pidfds, inside, true);
    }

    /** With or without the short way, which must make no difference. */
    PathWalker(Pidfds pidfds, IntPredicate inside, boolean direct) {
        this.pidfds = pidfds;
        this.inside = inside;
        this.direct = direct;
    }

    /**
     * Walks a path.
     *
     * @param directory a descriptor of the target, or {@link #AT_FDCWD}; of no account for an absolute path
     * @return or the errno that the target would get; ESRCH if the target is gone, EACCES also for what it must not reach
     */
    public Attempt<PinnedPath> walk(Target target, int directory, Bytes path, Last last) {
        return walk(target, directory, path, last, Resolve.PLAIN);
    }

    /**
     * Walks a path as openat2(2) does.
     *
     * @param directory as above; with RESOLVE_IN_ROOT it counts for an absolute path too
     * @return as above
     */
    public Attempt<PinnedPath> walk(Target target, int directory, Bytes path, Last last, Resolve resolve) {
        if (path.isEmpty()) {
            return Attempt.failed(Errno.ENOENT);
        }
        if (path.length() >= TargetMemory.PATH_MAX) {
            return Attempt.failed(Errno.ENAMETOOLONG);
        }
        boolean absolute = path.at(0) == '/';
        if (absolute && resolve.beneath()) {
            return Attempt.failed(Errno.EXDEV);
        }
        int root = PathSteps.aboutThread(TargetRights.looking(() -> PathSteps.openProc(target.tid(), "root")));
        if (root < 0) {
            return Attempt.failed(-root);
        }
        try {
            boolean fromRoot = absolute && !resolve.inRoot();
            int start = fromRoot ? root : start(target, directory);
            if (start < 0) {
                return Attempt.failed(-start);
            }
            try {
                return walk(target, resolve.isScoped() ? start : root, start, path.toArray(), last, resolve);
            } finally {
                if (!fromRoot) {
                    Linux.close(start);
                }
            }
        } finally {
            Linux.close(root);
        }
    }

    private int start(Target target, int directory) {
        return directory == AT_FDCWD
                ? PathSteps.aboutThread(TargetRights.looking(() -> PathSteps.openProc(target.tid(), "cwd")))
                : TargetRights.looking(() -> pidfds.getfd(target.tid(), directory));
    }

    private Attempt<PinnedPath> walk(Target target, int root, int start, byte[] path, Last last, Resolve resolve) {
        if (direct && (last == Last.FOLLOW || last == Last.NO_FOLLOW) && !hasDots(path)) {
            int fd = PathSteps.openPlain(start, path, path[0] == '/', last == Last.NO_FOLLOW, resolve);
            if (fd >= 0 && !PathSteps.isProc(fd)) {
                return Attempt.of(new PinnedPath(fd, Bytes.of(), false));
            }
            if (fd >= 0) {
                Linux.close(fd);
            } else if (!mayDiffer(fd, start, path)) {
                return Attempt.failed(-fd);
            }
        }
        try (Walk walk = new Walk(root, start, path, last, resolve, new ProcGuard(target, inside))) {
            return walk.run();
        }
    }

    /** Whether the failure of the short way may be another one on the long way: for a link, and in a process's files. */
    private static boolean mayDiffer(int error, int start, byte[] path) {
        return error == -Errno.ELOOP
                || error == -Errno.EAGAIN
                || error == -Errno.ENOSYS
                || PROCESS.matcher(new String(path, StandardCharsets.ISO_8859_1))
                        .find()
                || PathSteps.isProc(start);
    }

    /** Whether there is a {@code ..}, which one call would resolve up to the supervisor's root and not the target's. */
    private static boolean hasDots(byte[] path) {
        for (int i = 0; i + 1 < path.length; i++) {
            boolean begins = i == 0 || path[i - 1] == '/';
            boolean ends = i + 2 == path.length || path[i + 2] == '/';
            if (begins && ends && path[i] == '.' && path[i + 1] == '.') {
                return true;
            }
        }
        return false;
    }
}
