package org.sluice.core.call;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.Bytes;
import org.sluice.notify.Opening;
import org.sluice.target.Attempt;
import org.sluice.target.PinnedPath;

/**
 * What one call would open. The path is walked when somebody asks where it leads, once; what it leads to stays pinned until
 * the call is over. Thread-safe.
 */
final class OpenRequest implements Opening {

    private final Bytes spelled;
    private final OpenFlags flags;
    private final Supplier<Attempt<PinnedPath>> walk;
    private final BooleanSupplier look;
    private final Contents contents;
    private Optional<Bytes> fixed = Optional.empty();
    private @Nullable Attempt<PinnedPath> walked;
    private @Nullable Boolean ordinary;
    private Optional<String> virtualName = Optional.empty();
    private boolean named;
    private volatile boolean approved;
    private boolean closed;

    /** Reads files with the target's rights. */
    interface Contents {

        Attempt<Bytes> read(PinnedPath file, int most);

        Attempt<Bytes> readBeside(PinnedPath file, String ending, int most);
    }

    /**
     * Of one call.
     *
     * @param spelled the path as the target wrote it
     * @param look whether the path leads outside procfs and sysfs, for sure
     */
    OpenRequest(
            Bytes spelled,
            OpenFlags flags,
            Supplier<Attempt<PinnedPath>> walk,
            BooleanSupplier look,
            Contents contents) {
        this.contents = contents;
        this.spelled = spelled;
        this.flags = flags;
        this.walk = walk;
        this.look = look;
    }

    /** Whether the path leads outside procfs and sysfs: cheaper to know than where, and false where it is not certain. */
    synchronized boolean isOrdinary() {
        Boolean known = ordinary;
        if (known == null) {
            known = walked == null && look.getAsBoolean();
            ordinary = known;
        }
        return known;
    }

    Bytes spelled() {
        return spelled;
    }

    OpenFlags flags() {
        return flags;
    }

    /** Where the path leads. */
    synchronized Attempt<PinnedPath> end() {
        Attempt<PinnedPath> known = walked;
        if (known == null) {
            known = walk.get();
            walked = known;
            if (closed && known.succeeded()) {
                known.get().close();
            }
        }
        return known;
    }

    /**
     * Walks once more, because something has been made at a place that was free.
     *
     * @return whether the path leads to the same name as before
     */
    synchronized boolean walkAgain() {
        Optional<Bytes> before = path();
        release();
        walked = null;
        return path().equals(before);
    }

    /** See {@code Notification.virtualName}. */
    synchronized Optional<String> virtualName(boolean anywhere) {
        if (!named && !anywhere && isOrdinary()) {
            return Optional.empty();
        }
        if (!named && !flags.isPathOnly()) {
            Attempt<PinnedPath> end = end();
            virtualName = end.succeeded() && !end.get().isMissing() ? end.get().virtualName() : Optional.empty();
        }
        named = true;
        return virtualName;
    }

    @Override
    public Optional<Bytes> path() {
        Attempt<PinnedPath> end = end();
        return end.succeeded() ? end.get().canonical() : Optional.empty();
    }

    @Override
    public Optional<String> kernelFile() {
        return virtualName(false);
    }

    @Override
    public int unresolved() {
        return end().errno();
    }

    @Override
    public boolean isMissing() {
        Attempt<PinnedPath> end = end();
        return end.succeeded() && end.get().isMissing();
    }

    @Override
    public Optional<Bytes> trail() {
        Attempt<PinnedPath> end = end();
        return end.succeeded() ? end.get().trail().or(this::path) : Optional.empty();
    }

    @Override
    public int mode() {
        return isThere() ? end().get().mode() : 0;
    }

    @Override
    public long names() {
        return isThere() ? end().get().names() : 0;
    }

    private boolean isThere() {
        return end().succeeded() && !isMissing();
    }

    @Override
    public synchronized Optional<Bytes> snapshot(int most) {
        if (fixed.isEmpty() && !closed && flags.reads() && !flags.modifies() && isThere()) {
            Attempt<Bytes> read = contents.read(end().get(), most);
            fixed = read.succeeded() ? Optional.of(read.get()) : Optional.empty();
        }
        return fixed;
    }

    @Override
    public synchronized Optional<Bytes> beside(String ending, int most) {
        if (closed || !isThere()) {
            return Optional.empty();
        }
        Attempt<Bytes> read = contents.readBeside(end().get(), ending, most);
        return read.succeeded() ? Optional.of(read.get()) : Optional.empty();
    }

    /** What the call gets instead of the file, if somebody asked for a snapshot. */
    synchronized Optional<Bytes> fixed() {
        return fixed;
    }

    @Override
    public boolean reads() {
        return flags.reads();
    }

    @Override
    public boolean writes() {
        return flags.writes();
    }

    /** Somebody has approved that this very object is opened, whatever is granted. */
    void approve() {
        approved = true;
    }

    boolean isApproved() {
        return approved;
    }

    /** Lets go of what the path led to. */
    synchronized void close() {
        closed = true;
        release();
    }

    private void release() {
        Attempt<PinnedPath> known = walked;
        if (known != null && known.succeeded()) {
            known.get().close();
        }
    }
}
