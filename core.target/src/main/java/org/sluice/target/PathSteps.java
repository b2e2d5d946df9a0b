package org.sluice.target;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.OpenHow;

/** Small steps on O_PATH descriptors. All descriptors are close-on-exec; results are descriptors or negative errnos. */
final class PathSteps {

    static final int AT_FDCWD = -100;

    /** These two differ between the architectures (asm/fcntl.h). */
    private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");

    private static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
    private static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_PATH = 0x200000;

    private static final int F_DUPFD_CLOEXEC = 1030;

    /** As far as is looked up at once. */
    static final int MOST_LEVELS = 64;

    private static final String UP = "../";
    private static final Block UPWARDS = Block.cString(UP.repeat(MOST_LEVELS).getBytes(StandardCharsets.US_ASCII));

    private PathSteps() {}

    static int duplicate(int fd) {
        return (int) Linux.call(Nr.FCNTL, fd, F_DUPFD_CLOEXEC, 3);
    }

    /** Opens what {@code /proc/TID/LEAF} leads to, a directory. */
    static int openProc(int tid, String leaf) {
        long name = Scratch.get().proc(tid, leaf);
        return (int) Linux.call(Nr.OPENAT, AT_FDCWD, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
    }

    /** Opens one name in a directory; a symbolic link itself. */
    static int openName(int directory, byte[] bytes, int from, int to) {
        return open(directory, bytes, from, to, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    }

    /** Opens where a magic link leads (proc_pid_fd(5)). */
    static int openLink(int directory, byte[] bytes, int from, int to) {
        return open(directory, bytes, from, to, O_PATH | O_CLOEXEC);
    }

    private static int open(int directory, byte[] bytes, int from, int to, int flags) {
        return (int) Linux.call(Nr.OPENAT, directory, cString(bytes, from, to), flags);
    }

    static int openParent(int directory) {
        return openName(directory, new byte[] {'.', '.'}, 0, 2);
    }

    /** Looks at one name in a directory, a symbolic link itself; empty where that cannot be done. */
    static Optional<Inode> look(int directory, byte[] bytes, int from, int to) {
        return Inode.at(directory, cString(bytes, from, to));
    }

    /**
     * Looks at the directory that lies some levels above one, or at the root; empty where that cannot be done.
     *
     * @param levels 1 to {@link #MOST_LEVELS}
     */
    static Optional<Inode> lookUp(int directory, int levels) {
        return Inode.at(directory, upwards(levels));
    }

    /** Opens the directory that lies some levels above one, or the root. */
    static int openUp(int directory, int levels) {
        return (int) Linux.call(Nr.OPENAT, directory, upwards(levels), O_PATH | O_DIRECTORY | O_CLOEXEC);
    }

    private static long upwards(int levels) {
        return UPWARDS.address() + (long) UP.length() * (MOST_LEVELS - levels);
    }

    /**
     * Opens a path in one call, if that meets no symbolic link (openat2(2)).
     *
     * @param inRoot whether {@code directory} is the root of an absolute path
     * @return or -ELOOP where there is a link, other than the last with {@code noFollow}
     */
    static int openPlain(int directory, byte[] path, boolean inRoot, boolean noFollow, Resolve resolve) {
        Block how = Scratch.get().vectors;
        how.putLong(OpenHow.FLAGS, O_PATH | O_CLOEXEC | (noFollow ? O_NOFOLLOW : 0))
                .putLong(OpenHow.MODE, 0);
        // A part of the path that the kernel has not cached is no surprise here.
        long asked = resolve.flags() & ~Resolve.CACHED;
        how.putLong(
                OpenHow.RESOLVE, asked | Resolve.NO_SYMLINKS | Resolve.NO_MAGICLINKS | (inRoot ? Resolve.IN_ROOT : 0));
        long name = cString(path, 0, path.length);
        return (int) Linux.call(Nr.OPENAT2, directory, name, how.address(), OpenHow.SIZE, 0, 0);
    }

    /** Opens a path with nothing asked of its links but what {@code resolve} says (openat2(2)). */
    static int openLooking(int directory, byte[] path, boolean follow, long resolve) {
        Block how = Scratch.get().vectors;
        how.putLong(OpenHow.FLAGS, O_PATH | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW))
                .putLong(OpenHow.MODE, 0)
                .putLong(OpenHow.RESOLVE, resolve);
        long name = cString(path, 0, path.length);
        return (int) Linux.call(Nr.OPENAT2, directory, name, how.address(), OpenHow.SIZE, 0, 0);
    }

    /** Opens an absolute path for reading, if that meets no symbolic link (openat2(2)). */
    static int openRegular(byte[] path, int flags) {
        Block how = Scratch.get().vectors;
        how.putLong(OpenHow.FLAGS, flags)
                .putLong(OpenHow.MODE, 0)
                .putLong(OpenHow.RESOLVE, Resolve.NO_SYMLINKS | Resolve.NO_MAGICLINKS);
        long name = cString(path, 0, path.length);
        return (int) Linux.call(Nr.OPENAT2, AT_FDCWD, name, how.address(), OpenHow.SIZE, 0, 0);
    }

    /** What a symbolic link says; empty where it cannot be read. */
    static byte[] readLink(int link) {
        Scratch scratch = Scratch.get();
        return linkText(scratch, link, scratch.word.putByte(0, 0).address());
    }

    /** How the kernel names what a descriptor refers to; empty where it cannot. */
    static byte[] name(int fd) {
        Scratch scratch = Scratch.get();
        return linkText(scratch, AT_FDCWD, scratch.ownFd(fd));
    }

    private static byte[] linkText(Scratch scratch, int directory, long name) {
        Block page = scratch.page;
        long length = Linux.call(Nr.READLINKAT, directory, name, page.address(), page.size(), 0, 0);
        return length <= 0 || length == page.size() ? new byte[0] : page.get(0, (int) length);
    }

    /** Copies a name into the scratch page; -ENAMETOOLONG is the kernel's to say, for no name fills a page. */
    private static long cString(byte[] bytes, int from, int to) {
        Block page = Scratch.get().page;
        int length = Math.min(to - from, page.size() - 1);
        for (int i = 0; i < length; i++) {
            page.putByte(i, bytes[from + i]);
        }
        return page.putByte(length, 0).address();
    }

    /** ENOENT about an entry of {@code /proc/TID} means that the thread is gone. */
    static int aboutThread(int errno) {
        return errno == -Errno.ENOENT ? -Errno.ESRCH : errno;
    }
}
