package org.sluice.launcher.inside;

import org.sluice.core.SandboxEvents;
import org.sluice.notify.Event;
import org.sluice.policy.DenialRecord;

/** Tells the person who runs a sandbox what happens in it: hints unless {@code -q}, everything else with {@code -v}. */
final class Narrator implements SandboxEvents {

    private final boolean quiet;
    private final boolean verbose;

    Narrator(boolean quiet, boolean verbose) {
        this.quiet = quiet;
        this.verbose = verbose;
    }

    @Override
    public void told(String sandbox, String message) {
        if (!quiet) {
            Console.say(message);
        }
    }

    @Override
    public void denied(DenialRecord denial) {
        if (verbose) {
            Console.say("denied " + denial.denial().operation() + " "
                    + denial.denial().target() + " to " + denial.command() + " (" + denial.pid() + "): "
                    + denial.denial().reason());
        }
    }

    @Override
    public void event(String sandbox, Event event) {
        if (verbose) {
            Console.say(event.toString());
        }
    }
}
