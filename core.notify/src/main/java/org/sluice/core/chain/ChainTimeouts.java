package org.sluice.core.chain;

import java.time.Duration;

/**
 * The times that the supervisor gives handlers.
 *
 * @param budget a handler's own time for one call
 * @param drain how long a handler that leaves may finish its calls
 * @param grace how long calls wait for the successor of a handler that left
 * @param window five failures within this time put a handler in quarantine
 */
public record ChainTimeouts(Duration budget, Duration drain, Duration grace, Duration window) {

    /** The times of the manual: 5 s, 1 s, 500 ms, 10 s. */
    public static ChainTimeouts standard() {
        return new ChainTimeouts(
                Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofMillis(500), Duration.ofSeconds(10));
    }
}
