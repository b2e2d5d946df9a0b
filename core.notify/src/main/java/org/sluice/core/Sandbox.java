package org.sluice.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.osgi.annotation.versioning.ProviderType;
import org.sluice.policy.DenialLog;
import org.sluice.policy.DenialRecord;
import org.sluice.policy.Profile;
import org.sluice.policy.RuleSet;

/** A running sandbox: a first process, its descendants, their rules and handlers. Thread-safe. */
@ProviderType
public interface Sandbox extends AutoCloseable {

    /** The name, unique in this supervisor. */
    String name();

    /** The first process. The sandbox ends with it. */
    TargetProcess main();

    /** Starts a further process under the same rules, maps and Landlock domain. */
    TargetProcess exec(Command command);

    /** The rules in force. */
    RuleSet rules();

    /** What the sandbox may do: the profile as it is in force, with nothing left to extend. */
    Profile profile();

    /**
     * Reads the profile again and sets what can be set while the sandbox runs: rules and what holds without a rule, sections
     * of handlers, and for processes to come the environment and the limits.
     *
     * @return what the profile says now and is not in force, a phrase for each; a new start of the sandbox brings it
     * @throws org.sluice.policy.PolicyException if the profile cannot be read, or the sandbox is locked; nothing has changed
     * @throws StartException if this machine cannot enforce it; nothing has changed
     */
    List<String> reload();

    /** What was denied so far, oldest first; bounded. */
    List<DenialRecord> denials();

    /** What was denied, in groups. */
    DenialLog.Summary denialSummary();

    /** The handlers that take part, by name, each with a line about its state for people. */
    List<HandlerStatus> handlers();

    /** How long the handlers that take part need for a call, by their names. */
    Map<String, Latency> latencies();

    /** The calls from now on, until the feed is closed. */
    TraceFeed trace();

    /**
     * What a handler keeps for this sandbox, in a form of its own; a copy that does not change.
     *
     * @throws IllegalArgumentException if no handler of that name takes part
     */
    Map<String, Object> state(String handler);

    /**
     * Lets a handler out of quarantine.
     *
     * @throws IllegalArgumentException if no handler of that name takes part
     */
    void release(String handler);

    /** The interfaces of the private network; empty if the sandbox has none of its own. */
    default Optional<Links> links() {
        return Optional.empty();
    }

    /** Whether the sandbox was ended because the time limit of its profile was over. */
    boolean timedOut();

    /** Completed when every process has ended and everything is released; the status is the first process's. */
    CompletableFuture<ExitStatus> end();

    /** Kills every process of the sandbox and waits until all are gone. */
    @Override
    void close();
}
