package org.sluice.launcher;

/**
 * One option of the command line.
 *
 * @param name with its dashes
 * @param label the name of its value in the help; empty for a switch
 * @param repeatable whether it may be given more than once
 * @param available whether this version has the feature; else it is refused, never ignored
 * @param help one line
 */
record Flag(String name, String label, boolean repeatable, boolean available, String help) {

    static Flag on(String name, String help) {
        return new Flag(name, "", false, true, help);
    }

    static Flag one(String name, String label, String help) {
        return new Flag(name, label, false, true, help);
    }

    static Flag many(String name, String label, String help) {
        return new Flag(name, label, true, true, help);
    }

    /** The same option of a feature that this version has not. */
    Flag later() {
        return new Flag(name, label, repeatable, false, help + " (not in this version)");
    }

    /** Whether it takes no value. */
    boolean isSwitch() {
        return label.isEmpty();
    }
}
