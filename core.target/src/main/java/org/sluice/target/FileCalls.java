package org.sluice.target;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.KernelConstants;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.Bytes;
import org.sluice.notify.Target;
import org.sluice.target.stub.Performer;
import org.sluice.target.stub.Steps;

/**
 * open(2) in a target's place, of what a walk pinned. An object that exists is opened again through the pin, so nothing
 * that was put at its path meanwhile is. A file that is to be made takes the umask of who makes it, which belongs to the
 * process: a disposable child takes it on and makes the last name in the pinned directory. Results are descriptors of the
 * supervisor's, close-on-exec, or negative errnos. Thread-safe.
 */
public final class FileCalls {

    private static final KernelConstants CONSTANTS = KernelConstants.host();
    private static final int O_CREAT = constant("O_CREAT");
    private static final int O_EXCL = constant("O_EXCL");
    private static final int O_NOCTTY = constant("O_NOCTTY");
    private static final int O_NOFOLLOW = constant("O_NOFOLLOW");
    private static final int O_CLOEXEC = constant("O_CLOEXEC");
    private static final int O_DIRECTORY = constant("O_DIRECTORY");
    private static final int O_PATH = constant("O_PATH");
    private static final int O_NONBLOCK = constant("O_NONBLOCK");
    private static final int O_RDWR = constant("O_RDWR");
    private static final int UNNAMED = constant("O_TMPFILE") & ~O_DIRECTORY;

    private static final int S_IFMT = 0170000;
    private static final int S_IFDIR = 0040000;
    private static final int S_IFREG = 0100000;
    private static final int S_IFIFO = 0010000;
    private static final int S_IFCHR = 0020000;
    private static final int S_IFBLK = 0060000;

    /** The device /dev/tty, major 5 and minor 0 (tty(4)). */
    private static final int TTY_MAJOR = 5;

    private final Interruptions interruptions;
    private final Runnable beforeBlocking;

    /** For one sandbox; {@code beforeBlocking} is called on the thread of a call that may block for long. */
    public FileCalls(Interruptions interruptions, Runnable beforeBlocking) {
        this.interruptions = interruptions;
        this.beforeBlocking = beforeBlocking;
    }

    private static int constant(String name) {
        return (int) CONSTANTS.get(name);
    }

    /**
     * Opens what exists.
     *
     * @param flags O_*, as the target gave them
     * @param mode the permissions of an unnamed file (O_TMPFILE)
     */
    public int reopen(PinnedPath object, Target target, int flags, int mode, Interruption interruption) {
        int kind = object.mode() & S_IFMT;
        if ((flags & O_CREAT) != 0) {
            int errno =
                    (flags & O_EXCL) != 0 ? Errno.EEXIST : kind == S_IFDIR ? Errno.EISDIR : object.forbidsCreation();
            if (errno != 0) {
                return -errno;
            }
        }
        if ((flags & UNNAMED) != 0) {
            return inChild(target, object.fd(), new byte[] {'.'}, flags, mode);
        }
        if (kind == S_IFCHR && isForeignTerminal(object, target)) {
            return -Errno.ENXIO;
        }
        // What the pin is was decided by the walk; a magic link must be followed to come to it.
        int created = (flags & O_CREAT) != 0 ? O_EXCL : 0;
        int again = (flags & ~(O_CREAT | created | O_NOFOLLOW)) | O_NOCTTY | O_CLOEXEC;
        boolean waits = (flags & (O_NONBLOCK | O_PATH)) == 0
                && (kind == S_IFCHR || kind == S_IFBLK || (kind == S_IFIFO && (flags & O_RDWR) == 0));
        if (!waits) {
            return open(object, again);
        }
        beforeBlocking.run();
        return (int) interruptions.run(interruption, () -> open(object, again));
    }

    /**
     * Opens a file of the target's own that nobody can change, for reading.
     *
     * @param flags O_*, as the target gave them, without any that ask for more than reading
     */
    public int serve(Bytes content, int flags) {
        return (flags & O_CREAT) != 0 && (flags & O_EXCL) != 0 ? -Errno.EEXIST : SealedFile.open(content, flags);
    }

    /**
     * The content of a regular file as it is now.
     *
     * @param most the most bytes
     * @return or EFBIG if it has more, EINVAL if it is no regular file, or the errno of open(2) or read(2)
     */
    public Attempt<Bytes> read(PinnedPath object, int most) {
        if ((object.mode() & S_IFMT) != S_IFREG) {
            return Attempt.failed(Errno.EINVAL);
        }
        beforeBlocking.run();
        return FileContent.readAndClose(open(object, O_NOCTTY | O_CLOEXEC), most);
    }

    /**
     * The content of a regular file beside one that has a name, now.
     *
     * @param ending what its name has after that of {@code object}
     * @param most the most bytes
     * @return or as {@link #read}; ELOOP for a symbolic link
     */
    public Attempt<Bytes> readBeside(PinnedPath object, String ending, int most) {
        Optional<Bytes> path = object.canonical();
        if (path.isEmpty()) {
            return Attempt.failed(Errno.ENOENT);
        }
        beforeBlocking.run();
        byte[] end = ending.getBytes(StandardCharsets.UTF_8);
        byte[] name = Arrays.copyOf(path.get().toArray(), path.get().length() + end.length);
        System.arraycopy(end, 0, name, path.get().length(), end.length);
        // A FIFO of that name must not make the supervisor wait.
        int fd = PathSteps.openRegular(name, O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        return FileContent.readAndClose(fd, most);
    }

    private static int open(PinnedPath object, int flags) {
        long name = Scratch.get().ownFd(object.fd());
        return (int) Linux.call(Nr.OPENAT, PathSteps.AT_FDCWD, name, flags);
    }

    /**
     * Makes a file where a walk found none.
     *
     * @param place a {@linkplain PinnedPath#isMissing missing} object
     * @return or -EEXIST if there is one by now
     */
    public int create(PinnedPath place, Target target, int flags, int mode) {
        return inChild(target, place.fd(), place.last().toArray(), flags | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
    }

    /** The child shares the table of descriptors, so what it opens is open here. */
    private static int inChild(Target target, int directory, byte[] name, int flags, int mode) {
        ThreadStatus status = ThreadStatus.read(target.tid());
        if (status.leader() == 0) {
            return -Errno.ESRCH;
        }
        long own = ThreadStatus.read((int) Linux.call(Nr.GETTID, 0)).capabilities();
        return (int) Performer.perform((steps, exit) -> {
            Steps.Step umask = steps.call(Nr.UMASK, status.umask());
            Steps.Step capabilities = UnixCalls.dropTo(status.capabilities(), own, steps, umask, exit);
            Steps.Step open = steps.call(
                    Nr.OPENAT, directory, steps.keep(Block.cString(name)), flags | O_NOCTTY | O_CLOEXEC, mode);
            return () -> capabilities.result() < 0 ? capabilities.result() : open.result();
        });
    }

    /** Whether this is /dev/tty, and the target has another controlling terminal than the supervisor. */
    private static boolean isForeignTerminal(PinnedPath object, Target target) {
        return Inode.isDevice(object.fd(), TTY_MAJOR, 0)
                && Linux.call(Nr.GETSID, target.tid()) != Linux.call(Nr.GETSID, 0);
    }
}
