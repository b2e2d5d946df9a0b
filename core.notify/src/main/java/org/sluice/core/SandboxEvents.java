package org.sluice.core;

import org.osgi.annotation.versioning.ConsumerType;
import org.sluice.notify.Event;
import org.sluice.policy.DenialRecord;

/**
 * Hears what happens in all sandboxes of a supervisor, in the order in which it happens in each. Called on threads of the
 * core, concurrently for different calls; returns quickly. What it throws is logged and changes nothing.
 */
@ConsumerType
public interface SandboxEvents {

    /** A sandbox runs. */
    default void started(Sandbox sandbox) {}

    /** The last process of a sandbox has ended. */
    default void ended(Sandbox sandbox, ExitStatus status) {}

    /** A call was denied. */
    default void denied(DenialRecord denial) {}

    /** A handler has something for the record. */
    default void event(String sandbox, Event event) {}

    /** A handler has something for the person who runs the sandbox. */
    default void told(String sandbox, String message) {}
}
