package org.sluice.shell;

import org.sluice.core.Sandbox;
import org.sluice.core.SandboxFactory;

/** Finds a sandbox for a command. */
final class Sandboxes {

    private Sandboxes() {}

    /**
     * The sandbox of that name.
     *
     * @throws IllegalArgumentException if none runs
     */
    static Sandbox find(SandboxFactory factory, String name) {
        return factory.sandbox(name)
                .orElseThrow(() ->
                        new IllegalArgumentException("there is no sandbox " + name + " here; sluice:ps lists them"));
    }
}
