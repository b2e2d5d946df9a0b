package org.sluice.target;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sluice.linux.Linux;
import org.sluice.notify.Bytes;

/**
 * The end of a walk, held by an O_PATH descriptor: whatever is renamed, or put at the path's place, afterwards, this
 * stays the object that was judged. For a {@linkplain PathWalker.Last#PARENT parent} walk it is the directory, with the
 * {@linkplain #last last name} beside it. For one thread at a time.
 */
public final class PinnedPath implements AutoCloseable {

    private static final byte[] DELETED = " (deleted)".getBytes(StandardCharsets.US_ASCII);
    private static final int ATTEMPTS = 4;

    private final int fd;
    private final Inode inode;
    private final Bytes last;
    private final boolean steady;
    private final Optional<Bytes> canonical;
    private Optional<Bytes> trail = Optional.empty();
    private final boolean isPrivate;
    private final FileSystem fileSystem;
    private @Nullable String virtualName;
    private boolean closed;

    private PinnedPath(
            int fd,
            Inode inode,
            FileSystem fileSystem,
            Bytes last,
            boolean steady,
            Optional<Bytes> canonical,
            boolean isPrivate) {
        this.fd = fd;
        this.inode = inode;
        this.fileSystem = fileSystem;
        this.last = last;
        this.steady = steady;
        this.canonical = canonical;
        this.isPrivate = isPrivate;
    }

    /** Where a walk ended, and what is left of its path. */
    static PinnedPath at(int fd, Inode inode, FileSystem fileSystem, Bytes last, boolean steady) {
        Optional<Bytes> canonical = named(fd, inode, PathSteps.name(fd)).map(directory -> withLast(directory, last));
        return new PinnedPath(fd, inode, fileSystem, last, steady, canonical, false);
    }

    /**
     * What one call found at a path without any symbolic link.
     *
     * @param path what was walked
     * @param whole whether it was walked from the supervisor's own root
     */
    static PinnedPath found(int fd, Inode inode, FileSystem fileSystem, byte[] path, boolean whole) {
        byte[] name = PathSteps.name(fd);
        // A name that has just led here need not be tried out.
        Optional<Bytes> canonical =
                whole && Arrays.equals(name, path) ? Optional.of(Bytes.of(name)) : named(fd, inode, name);
        return new PinnedPath(fd, inode, fileSystem, Bytes.of(), false, canonical, false);
    }

    /** What is in a directory of the private network, and that a target names {@code name}. */
    static PinnedPath inPrivate(int fd, Bytes name) {
        return new PinnedPath(fd, Inode.of(fd), FileSystem.of(fd), Bytes.of(), false, Optional.of(name), true);
    }

    /** Notes the names by which the walk came here. */
    PinnedPath by(Bytes trail) {
        this.trail = Optional.of(trail);
        return this;
    }

    /** Of what kind the object's file system is. */
    FileSystem fileSystem() {
        return fileSystem;
    }

    /** Whether the object belongs to the sandbox's private network, and its path is the machine's for another one. */
    public boolean isPrivate() {
        return isPrivate;
    }

    /**
     * The canonical path in the form that is the same for every process: the directory of a process or thread is
     * {@code /proc/self}, and procfs is at {@code /proc} wherever it is mounted.
     */
    public Optional<String> virtualName() {
        String known = virtualName;
        if (known == null && canonical.isPresent()) {
            Bytes path = canonical.get();
            known = fileSystem.isProc() ? ProcNames.common(path) : path.decode();
            virtualName = known;
        }
        return Optional.ofNullable(known);
    }

    /** The supervisor's descriptor (O_PATH); open until {@link #close}. */
    public int fd() {
        return fd;
    }

    /**
     * Where the object is: absolute, without symbolic links and dots, as the supervisor sees it; of a parent walk the
     * name that is to be, without slashes at its end. Empty if it has no name, because it was deleted, is not in the
     * tree (a pipe, a lazily unmounted file system), or has a name longer than the kernel tells.
     */
    public Optional<Bytes> canonical() {
        return canonical;
    }

    /**
     * The last name of a parent walk as the target spelled it, slashes at its end included, or the name that was missing
     * where that was allowed; else empty.
     */
    public Bytes last() {
        return last;
    }

    /** Whether the object is missing, and this is the directory where it would be made. */
    public boolean isMissing() {
        return !last.isEmpty();
    }

    /** What the object is, as it was when the walk came to it; its identity and type do not change. */
    Inode object() {
        return inode;
    }

    /** The device number of the object, to compare with others. */
    public long device() {
        return inode.device();
    }

    /** The inode number of the object. */
    public long inode() {
        return inode.number();
    }

    /**
     * The names by which the walk came here, whatever they lead to now; empty where nobody {@linkplain PathWalker#tracking
     * asked} for it.
     */
    public Optional<Bytes> trail() {
        return trail;
    }

    /** How many names the object has (hard links); a deleted file has none. */
    public int names() {
        return inode.links();
    }

    /**
     * Whether the object was never in a tree, so that no folder's rights speak of it: a pipe, a socket, a file in memory.
     * Such a one has no {@linkplain #canonical name} either.
     */
    public boolean isPlaceless() {
        if (canonical.isPresent()) {
            return false;
        }
        byte[] name = PathSteps.name(fd);
        // A place that cannot be reached begins with "(unreachable)".
        boolean isNoPath = name.length > 0 && name[0] != '/' && name[0] != '(';
        return isNoPath || inode.device() == SealedFile.device();
    }

    /**
     * Where the object was when it was deleted, as far as the kernel tells; empty where that is not known, and for an object
     * that has a {@linkplain #canonical name}.
     */
    public Optional<Bytes> formerName() {
        byte[] name = PathSteps.name(fd);
        return canonical.isEmpty() && name.length > 0 && name[0] == '/' && endsDeleted(name)
                ? Optional.of(Bytes.of(name, 0, name.length - DELETED.length))
                : Optional.empty();
    }

    /** The type and permissions of the object, as st_mode in inode(7). */
    public int mode() {
        return inode.mode();
    }

    /**
     * Why O_CREAT may not open this object that exists, or 0: fs.protected_regular and fs.protected_fifos of proc_sys_fs(5),
     * for a stranger's file in a directory such as /tmp.
     */
    int forbidsCreation() {
        return canonical.map(path -> StickyRules.check(inode, path)).orElse(0);
    }

    /**
     * Whether the path as the target spelled it is certain to lead here again: it is absolute, from the supervisor's own
     * root, and goes only through directories that this user cannot change.
     */
    boolean isSteady() {
        return steady;
    }

    boolean isSocket() {
        return inode.isSocket();
    }

    /** Lets go of the object. A second time does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Linux.close(fd);
        }
    }

    /**
     * The kernel's name for a descriptor, if that name leads to the same file. The text alone would not do: a deleted
     * file's name has a suffix that any name may have. A rename in between is answered by asking again.
     *
     * @param first the kernel's name just now
     */
    private static Optional<Bytes> named(int fd, Inode inode, byte[] first) {
        for (int i = 0; i < ATTEMPTS; i++) {
            byte[] name = i == 0 ? first : PathSteps.name(fd);
            if (name.length == 0 || name[0] != '/') {
                return Optional.empty();
            }
            // The directories on the way are the supervisor's knowledge: the target may be in one that it could not
            // reach.
            int again = TargetRights.looking(
                    () -> PathSteps.openPlain(PathSteps.AT_FDCWD, name, false, true, Resolve.PLAIN));
            if (again >= 0) {
                boolean same = Inode.of(again).isAt(inode);
                Linux.close(again);
                if (same) {
                    return Optional.of(Bytes.of(name));
                }
            }
            if (endsDeleted(name) && inode.links() == 0) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static boolean endsDeleted(byte[] name) {
        int from = name.length - DELETED.length;
        return from >= 0 && Arrays.equals(name, from, name.length, DELETED, 0, DELETED.length);
    }

    private static Bytes withLast(Bytes directory, Bytes last) {
        int end = last.length();
        while (end > 0 && last.at(end - 1) == '/') {
            end--;
        }
        if (end == 0 || (end == 1 && last.at(0) == '.')) {
            return directory;
        }
        int base = directory.length() == 1 ? 0 : directory.length();
        byte[] whole = new byte[base + 1 + end];
        System.arraycopy(directory.toArray(), 0, whole, 0, base);
        whole[base] = '/';
        System.arraycopy(last.toArray(), 0, whole, base + 1, end);
        return Bytes.of(whole);
    }
}
