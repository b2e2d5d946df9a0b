package org.sluice.core.call;

import java.util.Optional;
import org.sluice.core.approval.Inquiry;
import org.sluice.core.chain.Continued;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Denial;
import org.sluice.notify.Verdict;
import org.sluice.target.Attempt;
import org.sluice.target.Interruption;
import org.sluice.target.NetworkFiles;
import org.sluice.target.PathWalker;
import org.sluice.target.Pidfd;
import org.sluice.target.PinnedPath;
import org.sluice.target.Resolve;
import org.sluice.target.TargetMemory;

/**
 * open(2), openat(2), openat2(2), creat(2).
 *
 * <p>Most of them are left to the kernel: what the Landlock domain grants, for the kernel enforces that grant whatever the
 * target has written into its memory meanwhile; and what nobody grants, for the kernel refuses it. The supervisor opens
 * only what the file broker grants beyond the domain, from what the walk pinned, and hands the descriptor over.
 */
final class OpenCall implements Kind {

    private static final int ATTEMPTS = 16;
    private static final Bytes NAMELESS = Bytes.of();

    private final Hands hands;
    private final OpenHands files;
    private final OpenArguments arguments;

    /** Of the call of that name. */
    OpenCall(String name, Hands hands, OpenHands files) {
        this.arguments = OpenArguments.of(name);
        this.hands = hands;
        this.files = files;
    }

    @Override
    public int copy(ReceivedCall call, Copying from, Block scratch) {
        int directory = arguments.directory(call);
        Attempt<OpenFlags> flags = arguments.flags(call, from, scratch);
        if (!flags.succeeded()) {
            return flags.errno();
        }
        int length = from.readString(call, arguments.path(call), scratch, OpenArguments.PATH_AT, TargetMemory.PATH_MAX);
        if (length <= 0) {
            return length == 0 ? Errno.ENOENT : -length;
        }
        Bytes path = Bytes.of(scratch.get(OpenArguments.PATH_AT, length));
        OpenFlags asked = flags.get();
        call.copied(new OpenRequest(
                path,
                asked,
                () -> call.walked(() -> walk(call, directory, path, asked)),
                () -> isOrdinary(call, directory, path, asked),
                new TargetContents(call, hands.rights(), files.calls())));
        return 0;
    }

    private boolean isOrdinary(ReceivedCall call, int directory, Bytes path, OpenFlags flags) {
        if (flags.resolve() != 0) {
            return false;
        }
        hands.rights().adopt(call.tid());
        try {
            return files.walker().isOrdinary(call.target(), directory, path, flags.follows());
        } finally {
            hands.rights().release();
        }
    }

    private Attempt<PinnedPath> walk(ReceivedCall call, int directory, Bytes path, OpenFlags flags) {
        PathWalker.Last last = flags.creates()
                ? flags.follows() ? PathWalker.Last.CREATE : PathWalker.Last.CREATE_NO_FOLLOW
                : flags.follows() ? PathWalker.Last.FOLLOW : PathWalker.Last.NO_FOLLOW;
        hands.rights().adopt(call.tid());
        try {
            return files.walker().walk(call.target(), directory, path, last, new Resolve(flags.resolve()));
        } finally {
            hands.rights().release();
        }
    }

    @Override
    public Verdict perform(ReceivedCall call, Optional<Address> given, boolean exclusive) {
        Optional<OpenRequest> request = call.request();
        if (request.isPresent() && request.get().isApproved()) {
            return performApproved(call, request.get());
        }
        boolean kept = request.isPresent() && files.keep(request.get().flags(), arguments == OpenArguments.OPENAT2);
        if (request.isEmpty()
                || (!kept && !files.grants().serves())
                || (!kept && request.get().flags().isPathOnly() && !files.isWithdrawn())) {
            return Continued.KERNEL;
        }
        OpenRequest open = request.get();
        if (kept && open.flags().isPathOnly()) {
            // openat2(2) with O_PATH: such a descriptor cannot be handed over, and the kernel would read the flags
            // again.
            return Verdict.failure(open.end().succeeded() ? Errno.EPERM : open.unresolved());
        }
        Optional<Attempt<Bytes>> named =
                files.isWithdrawn() ? files.interfaces().named(open.spelled()) : Optional.empty();
        if (named.isPresent() && !open.flags().isPathOnly()) {
            return tell(call, open, NetworkFiles.CLASS, named.get());
        }
        if (files.skims() && open.isOrdinary()) {
            return Continued.KERNEL;
        }
        if (kept && open.path().isEmpty()) {
            return serveNameless(call, open);
        }
        if (open.path().isEmpty()) {
            // Where the kernel grants nothing it would say EACCES for what is not there.
            boolean answers = files.isWithdrawn() && isAnswer(open.unresolved());
            return answers ? Verdict.failure(open.unresolved()) : Continued.KERNEL;
        }
        if (files.interfaces().hides(open.end().get())) {
            return Verdict.failure(Errno.ENOENT);
        }
        Optional<Attempt<Bytes>> instead = open.flags().isPathOnly()
                ? Optional.empty()
                : files.interfaces().instead(open.end().get());
        if (instead.isPresent()) {
            return tell(call, open, open.path().get(), instead.get());
        }
        if (open.end().get().isPrivate()) {
            // Never for writing: the kernel might take the owner of the private network for its administrator.
            if (open.flags().isPathOnly()) {
                // Such a descriptor cannot be handed over; walks from the machine's object lead to the private one.
                return Continued.KERNEL;
            }
            return isReadable(open) ? serve(call, open) : Verdict.failure(Errno.EACCES);
        }
        if (open.fixed().isPresent()) {
            return handOverFixed(call, open);
        }
        if (kept) {
            return files.grants().isGranted(open) ? serve(call, open) : Verdict.failure(Errno.EACCES);
        }
        return files.grants().isServed(open) ? serve(call, open) : Continued.KERNEL;
    }

    /** What stands for a file where the network is private is what was approved, for it has the file's name. */
    private Verdict performApproved(ReceivedCall call, OpenRequest open) {
        Optional<Attempt<Bytes>> named =
                files.isWithdrawn() ? files.interfaces().named(open.spelled()) : Optional.empty();
        if (named.isPresent()) {
            return tell(call, open, NetworkFiles.CLASS, named.get());
        }
        Optional<Attempt<Bytes>> instead = files.interfaces().instead(open.end().get());
        if (instead.isPresent()) {
            return tell(call, open, open.path().orElseThrow(), instead.get());
        }
        if (open.fixed().isPresent()) {
            return handOverFixed(call, open);
        }
        return open.end().get().isPrivate() && !isReadable(open) ? Verdict.failure(Errno.EACCES) : serve(call, open);
    }

    /** Hands over what was verified, which is no way around what is protected. */
    private Verdict handOverFixed(ReceivedCall call, OpenRequest open) {
        Bytes path = open.path().orElse(NAMELESS);
        return files.hidden().contain(open.end().get(), path)
                ? Verdict.deny(new Denial("file/open", path.toString(), "protected", ""))
                : handOver(call, open.flags(), open.fixed().orElseThrow());
    }

    private Verdict serveNameless(ReceivedCall call, OpenRequest open) {
        if (!open.end().succeeded()) {
            return Verdict.failure(open.unresolved());
        }
        boolean allowed = files.allowNameless(open.end().get(), open.flags());
        return allowed ? serve(call, open) : Verdict.failure(Errno.EACCES);
    }

    /** Opens what is told of the network instead of a file of the machine's. */
    private Verdict tell(ReceivedCall call, OpenRequest open, Bytes path, Attempt<Bytes> told) {
        if (!told.succeeded()) {
            return Verdict.failure(told.errno());
        }
        boolean readable =
                !open.flags().modifies() && (open.isApproved() || files.grants().allowReading(path));
        return readable ? handOver(call, open.flags(), told.get()) : Verdict.failure(Errno.EACCES);
    }

    /** Of a file that there is; O_CREAT asks for no more then. */
    private boolean isReadable(OpenRequest open) {
        return !open.flags().modifies()
                && (open.isApproved() || files.grants().allowReading(open.path().orElseThrow()));
    }

    /** Whether the kernel's own walk ends like this; others are the supervisor's trouble, or of another's rights. */
    private static boolean isAnswer(int errno) {
        return errno == Errno.ENOENT || errno == Errno.ENOTDIR || errno == Errno.ELOOP || errno == Errno.EISDIR;
    }

    /** Opens a file that a handler contributes, where opening is granted. */
    Verdict serve(ReceivedCall call, Bytes content) {
        OpenRequest open = call.request().orElseThrow();
        return isReadable(open) ? handOver(call, open.flags(), content) : Verdict.failure(Errno.EACCES);
    }

    private Verdict handOver(ReceivedCall call, OpenFlags flags, Bytes content) {
        int fd = files.calls().serve(content, flags.bits());
        if (fd < 0) {
            return Verdict.failure(-fd);
        }
        call.gives(fd);
        return Verdict.handing(new Verdict.Handed(fd, flags.closesOnExec()));
    }

    private Verdict serve(ReceivedCall call, OpenRequest open) {
        Attempt<Pidfd> thread = hands.pidfds().acquire(call.tid());
        if (!thread.succeeded()) {
            return Verdict.failure(Errno.EPERM);
        }
        try (Pidfd pidfd = thread.get()) {
            Interruption interruption = hands.interruptions().watch(call.tid(), pidfd);
            call.began(interruption);
            for (int i = 0; i < ATTEMPTS; i++) {
                PinnedPath end = open.end().get();
                Bytes path = open.path().orElse(NAMELESS);
                if (files.hidden().contain(end, path)) {
                    return Verdict.deny(new Denial("file/open", path.toString(), "protected", ""));
                }
                if (files.withhold(open)) {
                    return Verdict.failure(Errno.EACCES);
                }
                int fd = open(call, end, open.flags(), interruption);
                boolean madeMeanwhile =
                        fd == -Errno.EEXIST && end.isMissing() && !open.flags().isExclusive();
                if (!madeMeanwhile) {
                    return outcome(call, fd, open.flags().closesOnExec(), interruption);
                }
                if (open.isApproved()) {
                    // What was asked about is that something is made, not that what somebody made meanwhile is opened.
                    return Verdict.deny(new Denial("file/open", path.toString(), "made while it was asked about", ""));
                }
                if (!open.walkAgain()) {
                    // What was decided was decided about another path.
                    return Verdict.failure(Errno.EACCES);
                }
            }
            return Verdict.failure(Errno.EAGAIN);
        }
    }

    private int open(ReceivedCall call, PinnedPath end, OpenFlags flags, Interruption interruption) {
        return end.isMissing()
                ? files.calls().create(end, call.target(), flags.bits(), flags.mode())
                : files.calls().reopen(end, call.target(), flags.bits(), flags.mode(), interruption);
    }

    /** Raises the question whether what a call would open may be opened. */
    OpenQuestion ask(ReceivedCall call, OpenRequest open, Denial denial) {
        Bytes path = open.path().orElseThrow(() -> new IllegalStateException("what has no path cannot be approved"));
        Inquiry inquiry = files.approvals().get().ask(call.target(), path, open.reads(), open.writes());
        return new OpenQuestion(hands, call, open, inquiry, denial);
    }

    private static Verdict outcome(ReceivedCall call, int fd, boolean closeOnExec, Interruption interruption) {
        if (fd >= 0) {
            // The call closes it once it has been answered.
            call.gives(fd);
            return Verdict.handing(new Verdict.Handed(fd, closeOnExec));
        }
        return Blocking.outcome(fd, interruption, true);
    }
}
