package org.sluice.target;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.Bytes;
import org.sluice.notify.Target;

/**
 * What symbolic links say to a target (readlink(2)). The kernel tells whoever asks, and {@code self} and {@code
 * thread-self} of procfs would tell of the supervisor. Stateless; thread-safe.
 */
public final class LinkText {

    private static final int S_IFMT = 0170000;
    private static final int S_IFLNK = 0120000;

    private final IntPredicate inside;

    /**
     * For one sandbox.
     *
     * @param inside whether a process of that number is in the sandbox
     */
    public LinkText(IntPredicate inside) {
        this.inside = inside;
    }

    /**
     * Reads a link.
     *
     * @param link the end of a walk that did not follow it
     * @return or EINVAL for what is no link, or what readlink(2) says
     */
    public Attempt<Bytes> read(PinnedPath link, Target target) {
        if ((link.mode() & S_IFMT) != S_IFLNK) {
            return Attempt.failed(Errno.EINVAL);
        }
        if (link.fileSystem() == FileSystem.PROC && link.canonical().isPresent()) {
            return readInProc(link.fd(), link.canonical().get().toArray(), target);
        }
        return read(link.fd());
    }

    private Attempt<Bytes> readInProc(int link, byte[] path, Target target) {
        int slash = path.length - 1;
        while (slash > 0 && path[slash] != '/') {
            slash--;
        }
        int folder = PathSteps.openPlain(PathSteps.AT_FDCWD, Arrays.copyOf(path, slash), false, false, Resolve.PLAIN);
        if (folder < 0) {
            return Attempt.failed(Errno.ENOENT);
        }
        try {
            Inode at = Inode.of(folder);
            if (!ProcGuard.isRoot(at)) {
                return read(link);
            }
            String name = new String(path, slash + 1, path.length - slash - 1, StandardCharsets.ISO_8859_1);
            byte[] text = new ProcGuard(target, inside, true).content(at, name, link);
            return text.length == 0 ? Attempt.failed(Errno.EACCES) : Attempt.of(Bytes.of(text));
        } finally {
            Linux.close(folder);
        }
    }

    private static Attempt<Bytes> read(int link) {
        Scratch scratch = Scratch.get();
        long empty = scratch.word.putByte(0, 0).address();
        long length = Linux.call(Nr.READLINKAT, link, empty, scratch.page.address(), scratch.page.size(), 0, 0);
        return length < 0 ? Attempt.failed((int) -length) : Attempt.of(Bytes.of(scratch.page.get(0, (int) length)));
    }
}
