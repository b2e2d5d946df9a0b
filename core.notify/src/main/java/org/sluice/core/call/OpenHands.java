package org.sluice.core.call;

import java.util.Optional;
import java.util.function.Supplier;
import org.sluice.core.approval.SandboxApprovals;
import org.sluice.notify.Bytes;
import org.sluice.policy.FileGrants;
import org.sluice.target.FileCalls;
import org.sluice.target.NetworkFiles;
import org.sluice.target.PathWalker;
import org.sluice.target.PinnedPath;
import org.sluice.target.ProtectedPlaces;

/**
 * What the core opens files with in the place of one sandbox's targets.
 *
 * @param walker finds paths as the targets' kernel would
 * @param interfaces which files tell of the network, and what they tell
 * @param calls opens what was found
 * @param grants which files are opened
 * @param hidden which never are, by whatever name
 * @param approvals asks somebody about what is not granted
 * @param isWithdrawn whether places were taken from the kernel's grants, for the core to serve
 * @param skimmed whether the core's grants are of those places alone
 */
record OpenHands(
        PathWalker walker,
        NetworkFiles interfaces,
        FileCalls calls,
        FileGrants grants,
        ProtectedPlaces hidden,
        Supplier<SandboxApprovals> approvals,
        boolean isWithdrawn,
        boolean skimmed) {

    /** Whether the core serves nothing outside procfs and sysfs, so that all else can be left to the kernel unseen. */
    boolean skims() {
        return isWithdrawn && skimmed && !grants.isWatched();
    }

    /**
     * Whether a call is never left to the kernel: where files have to be trusted that the kernel would let anybody read, what
     * reads by a path that the target may change is opened here.
     *
     * @param inMemory whether the target may change the flags as well
     */
    boolean keep(OpenFlags flags, boolean inMemory) {
        return grants.isWatched() && (inMemory || flags.mayReadFile());
    }

    /** Whether a file must not be read, because what it says is to be trusted and nobody has verified it. */
    boolean withhold(OpenRequest open) {
        return grants.trusted().isPresent()
                && open.fixed().isEmpty()
                && open.path().isPresent()
                && grants.trusted().get().withhold(open);
    }

    /** Whether something that has no name may be opened: by the one that it had, or because it never was in a folder. */
    boolean allowNameless(PinnedPath object, OpenFlags flags) {
        if (object.isPlaceless()) {
            return true;
        }
        Optional<Bytes> former = object.formerName();
        return former.isPresent()
                && grants.allow(former.get(), flags.reads(), flags.writes())
                && !(flags.reads()
                        && grants.trusted().isPresent()
                        && grants.trusted().get().withhold(former.get(), object.mode(), object.names() + 1L));
    }
}
