package org.sluice.notify;

/**
 * The order of handlers in a chain. {@code service.ranking} orders only inside a stage.
 */
public enum Stage {
    /** Reads and records, answers nothing. */
    OBSERVE,
    /** Denies, or passes the identical call on. All are asked; any denial wins. */
    DECIDE,
    /** Acts on the outcome. */
    LEARN,
    /** Changes the call, proceeds, may proceed again after a failure, may change the answer. */
    TRANSLATE,
    /** Answers instead of the kernel. */
    ANSWER
}
