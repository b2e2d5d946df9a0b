package org.sluice.baseline;

import aQute.bnd.service.diff.Delta;
import aQute.bnd.service.diff.Diff;
import aQute.bnd.version.Version;
import java.util.ArrayList;
import java.util.List;

/**
 * What has changed from one API to the next, and the version that the next has to have at least.
 *
 * @param needed that version
 * @param changes one line for each change
 */
record Step(Version needed, List<String> changes) {

    /** Compares; what was there before is the baseline. */
    static Step between(Api before, Api after) {
        Diff diff = after.tree().diff(before.tree());
        List<String> changes = new ArrayList<>();
        collect(diff, "", changes);
        return new Step(needed(before.version(), diff.getDelta()), changes);
    }

    /**
     * Before 1.0 the second number stands for what is incompatible, and the third for what is added (docs/compatibility.md).
     */
    private static Version needed(Version from, Delta delta) {
        boolean early = from.getMajor() == 0;
        return switch (delta) {
            case MAJOR, REMOVED ->
                early ? new Version(0, from.getMinor() + 1, 0) : new Version(from.getMajor() + 1, 0, 0);
            case MINOR, ADDED ->
                early
                        ? new Version(0, from.getMinor(), from.getMicro() + 1)
                        : new Version(from.getMajor(), from.getMinor() + 1, 0);
            default -> from;
        };
    }

    private static void collect(Diff diff, String path, List<String> changes) {
        Delta delta = diff.getDelta();
        if (delta == Delta.UNCHANGED || delta == Delta.IGNORED) {
            return;
        }
        String here = path.isEmpty() ? diff.getName() : path + " " + diff.getName();
        boolean leaf = true;
        for (Diff child : diff.getChildren()) {
            if (child.getDelta() != Delta.UNCHANGED && child.getDelta() != Delta.IGNORED) {
                leaf = false;
            }
        }
        if (leaf || delta == Delta.ADDED || delta == Delta.REMOVED) {
            changes.add(delta + " " + diff.getType() + " " + here);
        } else {
            diff.getChildren().forEach(child -> collect(child, here, changes));
        }
    }
}
