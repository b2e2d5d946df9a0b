package org.sluice.target;

import org.sluice.notify.Target;

/** Targets for tests: the only thread of a process. */
record Threads(int tid, int pid, String command) implements Target {

    static Target of(Child child) {
        return new Threads(child.pid(), child.pid(), "python3");
    }
}
