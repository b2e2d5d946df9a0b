package org.sluice.launcher.inside;

/** What Sluice says to people: on standard error, so that standard output is the command's alone. */
final class Console {

    private Console() {}

    /** One line. */
    static void say(String line) {
        System.err.println("sluice: " + line);
    }
}
