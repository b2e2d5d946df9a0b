package org.sluice.target;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.Bytes;

/**
 * One walk, name by name, each opened in the pinned directory before it. A symbolic link's text takes the place of its
 * name in what is left of the path, as path_resolution(7) describes it. The order of the checks is that of the kernel
 * (fs/namei.c), since it decides which errno is seen.
 */
final class Walk implements AutoCloseable {

    private static final int MAX_LINKS = 40;
    private static final int AT_EMPTY_PATH_AND_EACCESS = 0x1000 | 0x200;
    private static final int W_OK = 2;
    private static final int X_OK = 1;

    private final int root;
    private final Inode rootInode;
    private final PathWalker.Last mode;
    private final Resolve resolve;
    private final ProcGuard guard;
    private final Detour detour;

    private int at;
    private Inode inode;
    private boolean proc;
    private byte[] path;
    private int position;
    private int links;
    private boolean rootKnown;
    private Bytes last = Bytes.of();
    private boolean steady;
    private boolean judged;
    private final @Nullable Trail trail;

    /**
     * The descriptors stay the caller's.
     *
     * @param tracks whether the trail is wanted
     */
    Walk(
            int root,
            int start,
            byte[] path,
            PathWalker.Last mode,
            Resolve resolve,
            ProcGuard guard,
            Detour detour,
            boolean tracks) {
        this.root = root;
        this.rootInode = Inode.of(root);
        this.path = path;
        this.mode = mode;
        this.resolve = resolve;
        this.guard = guard;
        this.detour = detour;
        this.at = PathSteps.duplicate(start);
        this.trail = tracks ? Trail.from(path[0] == '/' ? root : start) : null;
        this.inode = rootInode;
        this.rootKnown = path[0] == '/' || resolve.isScoped();
        this.steady = mode == PathWalker.Last.PARENT && path[0] == '/' && isOwnRoot(rootInode);
    }

    Attempt<PinnedPath> run() {
        if (at < 0) {
            return Attempt.failed(-at);
        }
        inode = rootKnown ? rootInode : Inode.of(at);
        proc = FileSystem.of(at).isProc();
        int errno = arrive();
        errno = errno == 0 ? walk() : errno;
        if (errno != 0) {
            return Attempt.failed(errno);
        }
        if (detour.isOn()) {
            return endPrivately();
        }
        PinnedPath end = PinnedPath.at(at, inode, proc ? FileSystem.PROC : FileSystem.of(at), last, steady);
        if (trail != null) {
            end.by(trail.toBytes());
        }
        at = -1;
        errno = proc && last.isEmpty() && !judged ? guard.checkEnd(end) : 0;
        if (errno != 0) {
            end.close();
            return Attempt.failed(errno);
        }
        return Attempt.of(end);
    }

    /** Nothing can be made in a private directory. */
    private Attempt<PinnedPath> endPrivately() {
        if (!last.isEmpty()) {
            return Attempt.failed(Errno.EACCES);
        }
        PinnedPath end = PinnedPath.inPrivate(at, detour.name(at));
        at = -1;
        return Attempt.of(end);
    }

    @Override
    public void close() {
        detour.close();
        if (at >= 0) {
            Linux.close(at);
        }
    }

    private int walk() {
        while (true) {
            position = afterSlashes(position);
            if (position == path.length) {
                last = mode == PathWalker.Last.PARENT ? Bytes.utf8(".") : last;
                return 0;
            }
            int end = nameEnd(position);
            int next = afterSlashes(end);
            boolean slash = end < path.length;
            boolean isLast = next == path.length;
            if (isLast && mode == PathWalker.Last.PARENT) {
                last = Bytes.of(path, position, slash ? end + 1 : end);
                return inode.isDirectory() ? 0 : Errno.ENOTDIR;
            }
            boolean missing = isLast && mode.mayBeMissing();
            if (missing && slash && !isDots(end)) {
                // What is made is a file, whatever is there: open_last_lookups() in fs/namei.c.
                return isSearchable() ? Errno.EISDIR : Errno.EACCES;
            }
            boolean follow = !isLast || slash || mode.follows();
            int errno = step(end, follow, !isLast || slash);
            if (errno == Errno.ENOENT && missing) {
                last = Bytes.of(path, position, end);
                enter(end);
                return 0;
            }
            if (errno != 0) {
                return errno;
            }
        }
    }

    /** Goes to the name from {@link #position} to {@code end}; leaves the position behind it, or at a link's text. */
    private int step(int end, boolean follow, boolean directory) {
        if (isUp(end) && detour.isAtRoot(inode)) {
            goBack();
        }
        int errno = isGuarded() ? guard.check(at, inode, name(end)) : 0;
        if (errno != 0) {
            return errno;
        }
        if (detour.hides(inode, name(end))) {
            return Errno.ENOENT;
        }
        steady = steady && !proc && !isChangeable();
        rootKnown = rootKnown || isUp(end);
        if (resolve.beneath() && isUp(end) && inode.isAt(rootInode)) {
            return Errno.EXDEV;
        }
        int child = open(end);
        if (child < 0) {
            return -child;
        }
        Inode found = Inode.of(child);
        if (resolve.noCrossing() && found.mount() != inode.mount()) {
            Linux.close(child);
            return Errno.EXDEV;
        }
        if (found.isSymlink() && follow) {
            return followAndClose(child, found, end);
        }
        if (directory && !found.isDirectory()) {
            Linux.close(child);
            return Errno.ENOTDIR;
        }
        if (isGuarded() && found.isDirectory() && entersNet(end)) {
            child = detour.enterNet(child);
            if (child < 0) {
                return -child;
            }
        }
        enter(end);
        boolean guarded = isGuarded();
        String name = guarded ? name(end) : "";
        boolean dots = isDots(end);
        position = end;
        return moveTo(child, found, dots ? "" : name);
    }

    private void enter(int end) {
        if (trail != null) {
            trail.enter(path, position, end);
        }
    }

    /** Whether the walk is in the machine's procfs. */
    private boolean isGuarded() {
        return proc && !detour.isOn();
    }

    private boolean entersNet(int end) {
        return detour.isPossible() && name(end).equals("net") && detour.isProcess(at);
    }

    private int open(int end) {
        return isUp(end) && inode.isAt(rootInode)
                ? PathSteps.openName(at, path, position, position + 1)
                : PathSteps.openName(at, path, position, end);
    }

    private boolean isUp(int end) {
        return end - position == 2 && path[position] == '.' && path[position + 1] == '.';
    }

    private boolean isDots(int end) {
        return isUp(end) || (end - position == 1 && path[position] == '.');
    }

    private int followAndClose(int link, Inode found, int end) {
        try {
            if (++links > MAX_LINKS) {
                return Errno.ELOOP;
            }
            if (afterSlashes(end) == path.length && isProtected(found)) {
                return Errno.EACCES;
            }
            if (resolve.noSymlinks() || FileSystem.forbidsLinks(link)) {
                return Errno.ELOOP;
            }
            if (isGuarded() && guard.hasMagicLinks(at, inode)) {
                return jump(end);
            }
            byte[] text = isGuarded() ? guard.content(inode, name(end), link) : PathSteps.readLink(link);
            return text.length == 0 ? Errno.EACCES : goOn(text, end);
        } finally {
            Linux.close(link);
        }
    }

    /** Puts a link's text before what is left of the path. */
    private int goOn(byte[] text, int end) {
        byte[] joined = new byte[text.length + path.length - end];
        System.arraycopy(text, 0, joined, 0, text.length);
        System.arraycopy(path, end, joined, text.length, path.length - end);
        path = joined;
        position = 0;
        if (text[0] == '/') {
            if (resolve.beneath() || (resolve.noCrossing() && !isInRootsMount())) {
                return Errno.EXDEV;
            }
            int fd = PathSteps.duplicate(root);
            if (fd < 0) {
                return -fd;
            }
            return jumpTo(fd);
        }
        return 0;
    }

    /** A magic link leads to an object without any path. */
    private int jump(int end) {
        int object = PathSteps.openLink(at, path, position, end);
        if (object < 0) {
            return -object;
        }
        int errno = jumpErrno(object);
        if (errno != 0) {
            Linux.close(object);
            return errno;
        }
        boolean mustBeDirectory = end < path.length;
        if (mustBeDirectory && !Inode.of(object).isDirectory()) {
            Linux.close(object);
            return Errno.ENOTDIR;
        }
        position = end;
        return jumpTo(object);
    }

    /**
     * As nd_jump_root() in fs/namei.c, which compares with no root at all before the first absolute path or {@code ..} has
     * made the kernel look it up.
     */
    private boolean isInRootsMount() {
        return rootKnown && inode.mount() == rootInode.mount();
    }

    /** As nd_jump_link() in fs/namei.c. */
    private int jumpErrno(int object) {
        if (resolve.noMagicLinks()) {
            return Errno.ELOOP;
        }
        boolean crosses = resolve.noCrossing() && Inode.of(object).mount() != inode.mount();
        return crosses || resolve.isScoped() ? Errno.EXDEV : 0;
    }

    /** Goes to the machine's directory instead of which the walk took a private one. */
    private void goBack() {
        Linux.close(at);
        at = detour.leave();
        inode = Inode.of(at);
        proc = FileSystem.of(at).isProc();
        guard.wentElsewhere();
    }

    /**
     * Goes to a neighbour: into another file system only at its root.
     *
     * @param name by which it was found in a directory of procfs; empty if that was not by a name of its own
     */
    private int moveTo(int fd, Inode found, String name) {
        Linux.close(at);
        at = fd;
        Inode before = inode;
        judged = false;
        // What was entered instead of the network's directory is another file.
        inode = detour.isOn() ? Inode.of(at) : found;
        if (before.device() == inode.device()) {
            if (!name.isEmpty() && before.mount() == inode.mount()) {
                guard.wentDown(before, name);
                judged = true;
            } else {
                guard.wentElsewhere();
            }
            return 0;
        }
        guard.wentElsewhere();
        proc = FileSystem.of(at).isProc();
        return detour.isOn() ? 0 : arrive();
    }

    /** Goes anywhere. */
    private int jumpTo(int fd) {
        if (trail != null) {
            trail.restart(fd);
        }
        detour.close();
        guard.wentElsewhere();
        judged = false;
        Linux.close(at);
        at = fd;
        inode = Inode.of(at);
        proc = FileSystem.of(at).isProc();
        return arrive();
    }

    private int arrive() {
        int other = detour.arrive(at, inode, proc);
        if (other < 0) {
            at = -1;
            return -other;
        }
        if (other != at) {
            at = other;
            inode = Inode.of(at);
            proc = FileSystem.of(at).isProc();
        }
        return 0;
    }

    /** Whether names may be looked up in the directory where the walk is. */
    private boolean isSearchable() {
        return may(X_OK);
    }

    /** Whether this user could put something else at a name in the directory where the walk is. */
    private boolean isChangeable() {
        return inode.owner() == uid() || may(W_OK);
    }

    private boolean may(int access) {
        long empty = Scratch.get().word.putByte(0, 0).address();
        return Linux.call(Nr.FACCESSAT2, at, empty, access, AT_EMPTY_PATH_AND_EACCESS, 0, 0) == 0;
    }

    /** fs.protected_symlinks of proc_sys_fs(5): a stranger's link in a directory such as /tmp is not followed. */
    private boolean isProtected(Inode link) {
        return StickyRules.LINKS
                && link.owner() != uid()
                && inode.isStickyAndWritableByAll()
                && inode.owner() != link.owner();
    }

    private static int uid() {
        return (int) Linux.call(Nr.GETEUID, 0);
    }

    static boolean isOwnRoot(Inode root) {
        int own = PathSteps.openName(PathSteps.AT_FDCWD, new byte[] {'/'}, 0, 1);
        if (own < 0) {
            return false;
        }
        boolean same = Inode.of(own).isAt(root);
        Linux.close(own);
        return same;
    }

    private String name(int end) {
        return new String(path, position, end - position, StandardCharsets.ISO_8859_1);
    }

    private int afterSlashes(int from) {
        int i = from;
        while (i < path.length && path[i] == '/') {
            i++;
        }
        return i;
    }

    private int nameEnd(int from) {
        int i = from;
        while (i < path.length && path[i] != '/') {
            i++;
        }
        return i;
    }
}
