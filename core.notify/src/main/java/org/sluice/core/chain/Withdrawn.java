package org.sluice.core.chain;

/** Unwinds the frames of a call that has been answered or taken over elsewhere. Never leaves the chain. */
final class Withdrawn extends Error {

    private static final long serialVersionUID = 1;

    Withdrawn() {
        super("this call goes on without this frame", null, false, false);
    }
}
