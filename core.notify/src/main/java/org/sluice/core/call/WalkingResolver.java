package org.sluice.core.call;

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
        TargetRights.adopt();
        PathWalker.Last last = syscall.equals("bind") ? PathWalker.Last.PARENT : PathWalker.Last.FOLLOW;
        Attempt<PinnedPath> found = walker.walk(new Caller(tid), PathWalker.AT_FDCWD, path.path(), last);
        if (!found.succeeded()) {
            return Resolved.failed(path, found.errno());
        }
        PinnedPath pinned = found.get();
        return new Resolved(path, 0, pinned.canonical().map(Address.UnixPath::new), pinned);
    }
}
