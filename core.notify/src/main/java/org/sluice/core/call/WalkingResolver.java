package org.sluice.core.call;

import org.sluice.notify.Address;
import org.sluice.target.Attempt;
import org.sluice.target.PathWalker;
import org.sluice.target.PinnedPath;
import org.sluice.target.TargetRights;

/** Resolves by walking in the target's root and working directory, with its rights. */
final class WalkingResolver implements Resolver {

    private final PathWalker walker;
    private final TargetRights rights;

    WalkingResolver(PathWalker walker, TargetRights rights) {
        this.walker = walker;
        this.rights = rights;
    }

    @Override
    public Resolved resolve(int tid, String syscall, Address.UnixPath path) {
        PathWalker.Last last = syscall.equals("bind") ? PathWalker.Last.PARENT : PathWalker.Last.FOLLOW;
        rights.adopt(tid);
        Attempt<PinnedPath> found;
        try {
            found = walker.walk(new Caller(tid), PathWalker.AT_FDCWD, path.path(), last);
        } finally {
            rights.release();
        }
        if (!found.succeeded()) {
            return Resolved.failed(path, found.errno());
        }
        PinnedPath pinned = found.get();
        return new Resolved(path, 0, pinned.canonical().map(Address.UnixPath::new), pinned);
    }
}
