package org.sluice.core.call;

import java.util.Optional;
import org.sluice.notify.Address;
import org.sluice.target.Attempt;
import org.sluice.target.PathWalker;
import org.sluice.target.PinnedPath;

/** Resolves by walking in the target's root and working directory. */
final class WalkingResolver implements Resolver {

    private final PathWalker walker;

    WalkingResolver(PathWalker walker) {
        this.walker = walker;
    }

    @Override
    public Resolved resolve(int tid, String syscall, Address.UnixPath path) {
        PathWalker.Last last = syscall.equals("bind") ? PathWalker.Last.PARENT : PathWalker.Last.FOLLOW;
        Attempt<PinnedPath> found = walker.walk(new Caller(tid), PathWalker.AT_FDCWD, path.path(), last);
        if (!found.succeeded()) {
            return new Resolved(path, found.errno(), Optional.empty(), null);
        }
        PinnedPath pinned = found.get();
        return new Resolved(path, 0, pinned.canonical().map(Address.UnixPath::new), pinned);
    }
}
