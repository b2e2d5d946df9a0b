package org.sluice.launcher.inside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Sluice in Sluice: the kernel gives a process one listener only (seccomp(2), EBUSY). For both halves of the launcher. */
public final class Nesting {

    /** What to say of a failure that has this for its cause. */
    public static final String MESSAGE =
            "a supervisor already answers the system calls of this process, and Sluice cannot"
                    + " run inside Sluice; run the command itself, it is in the sandbox already";

    private Nesting() {}

    /** Whether this process has a filter at all (proc(5), Seccomp); without one there is no need to probe for a listener. */
    public static boolean isFiltered() {
        try {
            return Files.readString(Path.of("/proc/self/status")).contains("\nSeccomp:\t2\n");
        } catch (IOException e) {
            // The failure that is to be explained matters more.
            return false;
        }
    }
}
