package org.sluice.core;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Starts sandboxed processes. Published as a service; thread-safe. */
@ProviderType
public interface SandboxFactory {

    /**
     * Starts a command in a new sandbox. Returns when the target's execve(2) has succeeded.
     *
     * @throws StartException if it could not be started; nothing of it is left behind
     */
    Sandbox start(SandboxSpec spec);

    /** What {@link #start} would do, without doing it. */
    String explain(SandboxSpec spec);

    /** The sandboxes that run. */
    List<Sandbox> sandboxes();

    /** The questions of all sandboxes that the supervisor's shell has to answer. */
    Approvals approvals();

    /** A running sandbox by its name. */
    Optional<Sandbox> sandbox(String name);
}
