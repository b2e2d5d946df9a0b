package org.sluice.target;

import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
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
 * Thread-safe.
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

    private final Pidfds pidfds;
    private final IntPredicate inside;
    private final @Nullable PrivatePlaces places;
    private final boolean hides;
    private final boolean direct;
    private final boolean tracks;
    private volatile @Nullable Boolean sharesRoot;

    /**
     * For the threads of one sandbox.
     *
     * @param inside whether a process or thread of that number is in the sandbox, and not only of its user
     */
    public PathWalker(Pidfds pidfds, IntPredicate inside) {
        this(pidfds, inside, null, false, true);
    }

    /**
     * For the threads of one sandbox.
     *
     * @param inside as above
     * @param places what is found of its private network, if it has one
     * @param hides whether procfs lacks the processes outside
     */
    public PathWalker(Pidfds pidfds, IntPredicate inside, @Nullable PrivatePlaces places, boolean hides) {
        this(pidfds, inside, places, hides, true);
    }

    /** With or without the short way, which must make no difference. */
    PathWalker(Pidfds pidfds, IntPredicate inside, @Nullable PrivatePlaces places, boolean hides, boolean direct) {
        this(pidfds, inside, places, hides, direct, false);
    }

    private PathWalker(
            Pidfds pidfds,
            IntPredicate inside,
            @Nullable PrivatePlaces places,
            boolean hides,
            boolean direct,
            boolean tracks) {
        this.tracks = tracks;
        this.pidfds = pidfds;
        this.inside = inside;
        this.places = places;
        this.hides = hides;
        this.direct = direct;
    }

    /** The same, whose ends know their {@linkplain PinnedPath#trail trail}. */
    public PathWalker tracking() {
        return new PathWalker(pidfds, inside, places, hides, direct, true);
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
        if (absolute && resolve.isPlain() && !Spelling.isBelowSelf(path) && sharesRoot(target)) {
            Optional<Attempt<PinnedPath>> found = walkAtOnce(AT_FDCWD, path.toArray(), last, resolve, true);
            if (found.isPresent()) {
                return found.get();
            }
        }
        boolean fromRoot = absolute && !resolve.inRoot();
        int start = fromRoot ? root(target) : start(target, directory);
        if (start < 0) {
            return Attempt.failed(-start);
        }
        try {
            byte[] bytes = path.toArray();
            Optional<Attempt<PinnedPath>> found = walkAtOnce(start, bytes, last, resolve, false);
            if (found.isPresent()) {
                return found.get();
            }
            return fromRoot || resolve.isScoped()
                    ? walkByName(target, start, start, bytes, last, resolve)
                    : walkByName(target, start, bytes, last, resolve);
        } finally {
            Linux.close(start);
        }
    }

    /**
     * Whether a path leads to nothing of procfs or sysfs, as far as one or two looks can tell: the cheap question for those
     * who leave all else to the kernel.
     *
     * @param follow whether the last name is followed
     * @return true also for a path that leads nowhere; false where it takes a {@linkplain #walk walk} to know
     */
    public boolean isOrdinary(Target target, int directory, Bytes path, boolean follow) {
        if (path.isEmpty() || path.at(0) == '/') {
            return !Spelling.isBelowProcOrSys(path) && sharesRoot(target) && isOrdinary(AT_FDCWD, path, follow);
        }
        int start = start(target, directory);
        if (start < 0) {
            return false;
        }
        try {
            return !FileSystem.of(start).isProcOrSys() && sharesRoot(target) && isOrdinary(start, path, follow);
        } finally {
            Linux.close(start);
        }
    }

    /** What stays in the file system where it begins cannot come to procfs; else what it comes to is asked. */
    private static boolean isOrdinary(int start, Bytes path, boolean follow) {
        byte[] name = path.toArray();
        int fd = PathSteps.openLooking(start, name, follow, Resolve.NO_MAGICLINKS | Resolve.NO_XDEV);
        if (fd >= 0) {
            Linux.close(fd);
            return true;
        }
        if (fd != -Errno.EXDEV) {
            return fd == -Errno.ENOENT || fd == -Errno.ENOTDIR || fd == -Errno.EACCES;
        }
        int across = PathSteps.openLooking(start, name, follow, Resolve.NO_MAGICLINKS);
        boolean ordinary = across >= 0 && !FileSystem.of(across).isProcOrSys();
        if (across >= 0) {
            Linux.close(across);
        }
        return ordinary;
    }

    /** Asked once, for threads of a sandbox cannot change their root. */
    private boolean sharesRoot(Target target) {
        Boolean known = sharesRoot;
        if (known == null) {
            int root = root(target);
            known = root >= 0 && Walk.isOwnRoot(Inode.of(root));
            if (root >= 0) {
                Linux.close(root);
                sharesRoot = known;
            }
        }
        return known;
    }

    private int start(Target target, int directory) {
        return directory == AT_FDCWD
                ? PathSteps.aboutThread(TargetRights.looking(() -> PathSteps.openProc(target.tid(), "cwd")))
                : TargetRights.looking(() -> pidfds.getfd(target.tid(), directory));
    }

    private static int root(Target target) {
        return PathSteps.aboutThread(TargetRights.looking(() -> PathSteps.openProc(target.tid(), "root")));
    }

    /** Opening a thread's root takes as long as a whole short walk, so that is done where the root may count. */
    private Attempt<PinnedPath> walkByName(Target target, int start, byte[] path, Last last, Resolve resolve) {
        int root = root(target);
        if (root < 0) {
            return Attempt.failed(-root);
        }
        try {
            return walkByName(target, root, start, path, last, resolve);
        } finally {
            Linux.close(root);
        }
    }

    private Attempt<PinnedPath> walkByName(
            Target target, int root, int start, byte[] path, Last last, Resolve resolve) {
        ProcGuard guard = new ProcGuard(target, inside, hides);
        try (Walk walk = new Walk(root, start, path, last, resolve, guard, new Detour(places, target), tracks)) {
            return walk.run();
        }
    }

    /**
     * The short way.
     *
     * @param whole whether the path is walked from the supervisor's own root
     * @return empty if the long way may lead elsewhere
     */
    private Optional<Attempt<PinnedPath>> walkAtOnce(
            int start, byte[] path, Last last, Resolve resolve, boolean whole) {
        if (!direct || (last != Last.FOLLOW && last != Last.NO_FOLLOW) || Spelling.hasDots(path)) {
            return Optional.empty();
        }
        boolean inRoot = !whole && path[0] == '/';
        int fd = PathSteps.openPlain(start, path, inRoot, last == Last.NO_FOLLOW, resolve);
        if (fd < 0) {
            return mayDiffer(fd, start, path) ? Optional.empty() : Optional.of(Attempt.failed(-fd));
        }
        Inode inode = Inode.of(fd);
        FileSystem fileSystem = FileSystem.of(fd, inode);
        if (isElsewhere(fileSystem)) {
            Linux.close(fd);
            return Optional.empty();
        }
        PinnedPath end = PinnedPath.found(fd, inode, fileSystem, path, whole);
        return Optional.of(Attempt.of(tracks ? end.by(trail(whole, start, path)) : end));
    }

    /** An absolute path begins at the root, and so does {@code start} then. */
    private static Bytes trail(boolean whole, int start, byte[] path) {
        return (whole ? Trail.fromRoot() : Trail.from(start)).along(path).toBytes();
    }

    /** Whether what the short way found may be another thing to the target. */
    private boolean isElsewhere(FileSystem found) {
        return places == null ? found.isProc() : found.isProcOrSys();
    }

    /** Whether the failure of the short way may be another one on the long way: for a link, and in a process's files. */
    private boolean mayDiffer(int error, int start, byte[] path) {
        return error == -Errno.ELOOP
                || error == -Errno.EXDEV
                || error == -Errno.EAGAIN
                || error == -Errno.ENOSYS
                || Spelling.mayNameProcess(path)
                || (places != null && Spelling.mayNameNet(path))
                || (start != AT_FDCWD && isElsewhere(FileSystem.of(start)));
    }
}
