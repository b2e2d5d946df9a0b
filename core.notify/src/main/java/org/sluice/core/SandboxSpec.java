package org.sluice.core;

import java.util.function.Supplier;
import org.sluice.policy.Profile;

/**
 * A sandbox to be started.
 *
 * @param name a name of its own, or empty for one that the factory makes
 * @param profile what it may do
 * @param command its first process
 * @param options how the supervisor treats it
 * @param source reads the profile again, when it is reloaded; may throw what reading a profile throws
 */
public record SandboxSpec(String name, Profile profile, Command command, Options options, Supplier<Profile> source) {

    /** A sandbox whose profile is always the same. */
    public SandboxSpec(String name, Profile profile, Command command, Options options) {
        this(name, profile, command, options, () -> profile);
    }

    /**
     * How the supervisor treats a sandbox.
     *
     * @param degrade whether to run without what this kernel cannot enforce
     * @param quiet whether to keep hints to oneself
     * @param keepTerminal whether the target shares the supervisor's terminal and job control
     */
    public record Options(boolean degrade, boolean quiet, boolean keepTerminal) {
        /** Nothing given up, hints told, the supervisor's terminal kept. */
        public static Options standard() {
            return new Options(false, false, true);
        }
    }

    /** A sandbox with a generated name and standard options. */
    public static SandboxSpec of(Profile profile, Command command) {
        return new SandboxSpec("", profile, command, Options.standard());
    }
}
