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
 * @param records where it is kept which temporary folders there are, so that a later supervisor removes those of one that was
 *     killed, if there is such a place; in one of the premises
 */
public record SupervisorSettings(
        ChainTimeouts timeouts,
        Duration awaitHandlers,
        List<Path> premises,
        Path temporary,
        Optional<Path> state,
        BundleVerifiers verifiers,
        Optional<Path> records) {

    /** The same without records: the folders of a supervisor that is killed stay. */
    public SupervisorSettings(
            ChainTimeouts timeouts,
            Duration awaitHandlers,
            List<Path> premises,
            Path temporary,
            Optional<Path> state,
            BundleVerifiers verifiers) {
        this(timeouts, awaitHandlers, premises, temporary, state, verifiers, Optional.empty());
    }

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
