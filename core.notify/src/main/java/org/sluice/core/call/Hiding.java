package org.sluice.core.call;

/** From what the processes outside a sandbox are hidden, in procfs. */
public enum Hiding {
    /** From nothing: their files are there as far as they need no right to trace. */
    NONE,
    /** From opening files and from lists of directories. */
    FILES,
    /** From all that looks at a name as well: stat(2), access(2), readlink(2), chdir(2). */
    NAMES;

    /** Whether anything is hidden. */
    public boolean hides() {
        return this != NONE;
    }
}
