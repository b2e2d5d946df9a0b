package org.sluice.core.call;

import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.sluice.core.chain.Continued;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.Statx;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Verdict;
import org.sluice.target.Attempt;
import org.sluice.target.LinkText;
import org.sluice.target.NetworkFiles;
import org.sluice.target.PathWalker;
import org.sluice.target.PinnedPath;
import org.sluice.target.TargetMemory;

/**
 * Calls that look at a name and open nothing: stat(2), statx(2), access(2), readlink(2) and their kind, and chdir(2). The
 * path is walked as an open(2) would walk it, so that what is hidden from opening is not there for these either; then the
 * object is asked that the walk pinned. No grant is needed, as none is natively: Landlock has no right for them.
 *
 * <p>chdir(2) cannot be made for another process. It is judged and left to the kernel, which reads the path again: who
 * exchanges it stands in a directory that is not there for him, and finds nothing in it.
 */
final class LookCall implements Kind {

    private static final int PATH_AT = 512;
    private static final int NOWHERE = -1;

    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EACCESS = 0x200;
    private static final int AT_EMPTY_PATH = 0x1000;

    private static final int X_OK = 1;
    private static final int S_IFMT = 0170000;
    private static final int S_IFDIR = 0040000;

    /** The size of struct stat (asm/stat.h). */
    private static final int STAT = System.getProperty("os.arch", "").equals("aarch64") ? 128 : 144;

    private static final int BUFFER = TargetMemory.PATH_MAX;

    private final Form form;
    private final Hands hands;
    private final PathWalker walker;
    private final NetworkFiles interfaces;
    private final LinkText links;
    private final Queue<Block> buffers = new ConcurrentLinkedQueue<>();

    /** What is asked. */
    private enum Question {
        STAT,
        STATX,
        ACCESS,
        LINK,
        ENTER
    }

    /** Which argument is what; -1 where there is none. */
    enum Form {
        STAT(Question.STAT, false, 1, -1, -1),
        LSTAT(Question.STAT, false, 1, -1, -1),
        NEWFSTATAT(Question.STAT, true, 2, 3, -1),
        STATX(Question.STATX, true, 4, 2, 3),
        ACCESS(Question.ACCESS, false, -1, -1, 1),
        FACCESSAT(Question.ACCESS, true, -1, -1, 2),
        FACCESSAT2(Question.ACCESS, true, -1, 3, 2),
        READLINK(Question.LINK, false, 1, -1, 2),
        READLINKAT(Question.LINK, true, 2, -1, 3),
        CHDIR(Question.ENTER, false, -1, -1, -1);

        private final Question question;
        private final boolean at;
        private final int answer;
        private final int flags;
        private final int detail;

        Form(Question question, boolean at, int answer, int flags, int detail) {
            this.question = question;
            this.at = at;
            this.answer = answer;
            this.flags = flags;
            this.detail = detail;
        }

        /** The name of the system call. */
        String call() {
            return name().toLowerCase(Locale.ROOT);
        }

        int directory(ReceivedCall call) {
            return at ? (int) call.argument(0) : PathWalker.AT_FDCWD;
        }

        long path(ReceivedCall call) {
            return call.argument(at ? 1 : 0);
        }

        int flags(ReceivedCall call) {
            return flags >= 0 ? (int) call.argument(flags) : this == LSTAT ? AT_SYMLINK_NOFOLLOW : 0;
        }

        /** The mask of statx, the mode of access, the room for a link's text. */
        int detail(ReceivedCall call) {
            return detail >= 0 ? (int) call.argument(detail) : 0;
        }

        boolean follows(ReceivedCall call) {
            return question != Question.LINK && (flags(call) & AT_SYMLINK_NOFOLLOW) == 0;
        }

        /** readlinkat(2) takes an empty path for the link that the descriptor is, without being asked to. */
        boolean takesEmpty(ReceivedCall call) {
            return this == READLINKAT || (flags(call) & AT_EMPTY_PATH) != 0;
        }
    }

    LookCall(Form form, Hands hands, PathWalker walker, NetworkFiles interfaces, LinkText links) {
        this.form = form;
        this.hands = hands;
        this.walker = walker;
        this.interfaces = interfaces;
        this.links = links;
    }

    @Override
    public int copy(ReceivedCall call, Copying from, Block scratch) {
        long empty = scratch.putByte(PATH_AT, 0).address() + PATH_AT;
        int refused = refused(call, empty, scratch);
        if (refused != Errno.ENOENT) {
            return refused;
        }
        boolean takesEmpty = form.takesEmpty(call);
        if (takesEmpty && form.path(call) == 0 && takesNone(call, scratch)) {
            // Since Linux 6.11 no path at all is an empty one.
            call.copied(Bytes.of());
            return 0;
        }
        int length = from.readString(call, form.path(call), scratch, PATH_AT, TargetMemory.PATH_MAX);
        if (length < 0) {
            return -length;
        }
        call.copied(Bytes.of(scratch.get(PATH_AT, length)));
        return length == 0 && !takesEmpty ? Errno.ENOENT : 0;
    }

    /** What the kernel says against everything but the path, which it looks at last; else ENOENT. */
    private int refused(ReceivedCall call, long empty, Block scratch) {
        return switch (form.question) {
            case LINK -> form.detail(call) <= 0 ? Errno.EINVAL : Errno.ENOENT;
            case ENTER -> Errno.ENOENT;
            default -> (int) -ask(call, NOWHERE, form.flags(call) & ~AT_EMPTY_PATH, empty, scratch);
        };
    }

    private boolean takesNone(ReceivedCall call, Block scratch) {
        return form.question != Question.LINK && ask(call, NOWHERE, form.flags(call), 0, scratch) == -Errno.EBADF;
    }

    /** Asks an object that {@code flags} and an empty path refer to, with all else that the call says. */
    private long ask(ReceivedCall call, int object, int flags, long path, Block answer) {
        int detail = form.detail(call);
        return switch (form.question) {
            case STAT -> Linux.call(Nr.NEWFSTATAT, object, path, answer.address(), flags, 0, 0);
            case STATX -> Linux.call(Nr.STATX, object, path, flags, detail, answer.address(), 0);
            case ACCESS -> Linux.call(Nr.FACCESSAT2, object, path, detail, flags | AT_EACCESS, 0, 0);
            default -> throw new IllegalStateException(form.call());
        };
    }

    @Override
    public Verdict perform(ReceivedCall call, Optional<Address> given, boolean exclusive) {
        Optional<Bytes> path = call.data();
        if (path.isEmpty()) {
            return Verdict.failure(Errno.EPERM);
        }
        int directory = form.directory(call);
        if (path.get().isEmpty() && directory == PathWalker.AT_FDCWD && form.question == Question.LINK) {
            return Verdict.failure(Errno.ENOENT);
        }
        if (path.get().isEmpty() && directory != PathWalker.AT_FDCWD) {
            return lookAtDescriptor(call, directory);
        }
        Bytes name = path.get().isEmpty() ? Bytes.utf8(".") : path.get();
        PathWalker.Last last = form.follows(call) ? PathWalker.Last.FOLLOW : PathWalker.Last.NO_FOLLOW;
        Attempt<PinnedPath> end = call.walked(() -> walker.walk(call.target(), directory, name, last));
        if (!end.succeeded()) {
            return Verdict.failure(Copying.visible(end.errno()));
        }
        try (PinnedPath object = end.get()) {
            return interfaces.hides(object) ? Verdict.failure(Errno.ENOENT) : look(call, object);
        }
    }

    private Verdict look(ReceivedCall call, PinnedPath object) {
        return switch (form.question) {
            case LINK -> {
                Attempt<Bytes> text = links.read(object, call.target());
                yield text.succeeded() ? told(call, text.get()) : Verdict.failure(text.errno());
            }
            case ENTER -> {
                int errno = enter(object);
                yield errno == 0 ? Continued.KERNEL : Verdict.failure(errno);
            }
            default -> look(call, object.fd());
        };
    }

    private int enter(PinnedPath object) {
        if ((object.mode() & S_IFMT) != S_IFDIR) {
            return Errno.ENOTDIR;
        }
        Block empty = buffer().putByte(0, 0);
        int flags = AT_EMPTY_PATH | AT_EACCESS;
        long said = Linux.call(Nr.FACCESSAT2, object.fd(), empty.address(), X_OK, flags, 0, 0);
        buffers.offer(empty);
        return (int) -said;
    }

    /** What the descriptor itself is, whatever it refers to. */
    private Verdict lookAtDescriptor(ReceivedCall call, int number) {
        int object = hands.pidfds().getfd(call.tid(), number);
        if (object < 0) {
            return Verdict.failure(Copying.visible(-object));
        }
        try {
            if (!call.waits()) {
                return Verdict.failure(Errno.EPERM);
            }
            return form.question == Question.LINK ? readLink(call, object) : look(call, object);
        } finally {
            Linux.close(object);
        }
    }

    private Verdict readLink(ReceivedCall call, int link) {
        Block text = buffer();
        long empty = text.putByte(0, 0).address();
        long length = Linux.call(Nr.READLINKAT, link, empty, text.address(), BUFFER, 0, 0);
        return told(call, text, length, (int) Math.min(length, form.detail(call)));
    }

    private Verdict look(ReceivedCall call, int object) {
        Block answer = buffer();
        long empty = answer.putByte(Statx.SIZE, 0).address() + Statx.SIZE;
        int flags = (form.flags(call) & ~AT_SYMLINK_NOFOLLOW) | AT_EMPTY_PATH;
        long said = ask(call, object, flags, empty, answer);
        int size = form.question == Question.STAT ? STAT : form.question == Question.STATX ? Statx.SIZE : 0;
        return told(call, answer, said, size);
    }

    private Verdict told(ReceivedCall call, Bytes text) {
        int length = Math.min(text.length(), form.detail(call));
        return told(call, buffer().put(0, text.toArray()), length, length);
    }

    private Verdict told(ReceivedCall call, Block answer, long said, int length) {
        if (said < 0) {
            buffers.offer(answer);
            return Verdict.failure((int) -said);
        }
        call.received(answer, length);
        return Verdict.value(form.question == Question.LINK ? length : said);
    }

    private Block buffer() {
        Block known = buffers.poll();
        return known != null ? known : Block.allocate(BUFFER);
    }

    @Override
    public int tell(ReceivedCall call, Verdict verdict, Telling to) {
        Block answer = call.takeReceived();
        if (answer == null) {
            return 0;
        }
        int length = call.receivedLength();
        int errno = length == 0 ? 0 : to.write(call, call.argument(form.answer), answer, length);
        buffers.offer(answer);
        return errno;
    }
}
