package org.sluice.core.pump;

import org.sluice.linux.Block;

/** Handles one notification, from its copy to its answer, on the pump's thread. Never throws. */
@FunctionalInterface
public interface Intake {

    /**
     * Handles the notification in {@code received}, a struct seccomp_notif that is overwritten once this returns.
     *
     * @param scratch native memory of this thread's own
     */
    void handle(Block received, Block scratch);
}
