package org.sluice.core.approval;

import java.time.Duration;

/**
 * How a supervisor asks.
 *
 * @param timeout how long an answer is waited for
 * @param rate how many questions a second a sandbox may raise in the long run
 * @param burst how many at once
 */
public record ApprovalSettings(Duration timeout, double rate, int burst) {

    /** Checks. */
    public ApprovalSettings {
        if (timeout.isNegative() || timeout.isZero() || !(rate > 0) || burst < 1) {
            throw new IllegalArgumentException("approvals need a timeout, a rate and a burst above 0, not " + timeout
                    + ", " + rate + " and " + burst);
        }
    }

    /** A minute, ten a second, five at once. */
    public static ApprovalSettings standard() {
        return new ApprovalSettings(Duration.ofSeconds(60), 10, 5);
    }
}
