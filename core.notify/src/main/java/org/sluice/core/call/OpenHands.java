package org.sluice.core.call;

import java.util.function.Supplier;
import org.sluice.core.approval.SandboxApprovals;
import org.sluice.policy.FileGrants;
import org.sluice.target.FileCalls;
import org.sluice.target.NetworkFiles;
import org.sluice.target.PathWalker;
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
        return isWithdrawn && skimmed;
    }
}
