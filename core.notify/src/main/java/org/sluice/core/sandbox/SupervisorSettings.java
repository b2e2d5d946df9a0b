package org.sluice.core.sandbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.sluice.core.chain.ChainTimeouts;
import org.sluice.policy.trust.BundleVerifiers;

/**
 * How a supervisor is set up.
 *
 * @param timeouts what handlers are given
 * @param awaitHandlers how long a start waits for the handlers that the profile names
 * @param premises the places that belong to the supervisor
 * @param temporary where the private temporary folders of sandboxes are made
 * @param state where answers to approvals are kept for good, if there is such a place; one of the premises
 * @param verifiers who verifies Sigstore bundles
 */
public record SupervisorSettings(
        ChainTimeouts timeouts,
        Duration awaitHandlers,
        List<Path> premises,
        Path temporary,
        Optional<Path> state,
        BundleVerifiers verifiers) {

    /** The same where nobody verifies Sigstore bundles. */
    public SupervisorSettings(
            ChainTimeouts timeouts, Duration awaitHandlers, List<Path> premises, Path temporary, Optional<Path> state) {
        this(timeouts, awaitHandlers, premises, temporary, state, BundleVerifiers.NONE);
    }

    /** The same without a place to keep answers for good. */
    public SupervisorSettings(ChainTimeouts timeouts, Duration awaitHandlers, List<Path> premises, Path temporary) {
        this(timeouts, awaitHandlers, premises, temporary, Optional.empty());
    }

    /** Standard times, no premises, temporary folders where this JVM has its own. */
    public static SupervisorSettings standard() {
        return new SupervisorSettings(
                ChainTimeouts.standard(),
                Duration.ofSeconds(10),
                List.of(),
                Path.of(System.getProperty("java.io.tmpdir")));
    }
}
