package org.sluice.core.call;

import java.util.Optional;
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

    private final OpenFlags flags;
    private final Supplier<Attempt<PinnedPath>> walk;
    private @Nullable Attempt<PinnedPath> walked;
    private boolean closed;

    OpenRequest(OpenFlags flags, Supplier<Attempt<PinnedPath>> walk) {
        this.flags = flags;
        this.walk = walk;
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

    @Override
    public Optional<Bytes> path() {
        Attempt<PinnedPath> end = end();
        return end.succeeded() ? end.get().canonical() : Optional.empty();
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
    public boolean reads() {
        return flags.reads();
    }

    @Override
    public boolean writes() {
        return flags.writes();
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
