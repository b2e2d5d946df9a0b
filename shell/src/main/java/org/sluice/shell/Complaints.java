package org.sluice.shell;

import org.apache.felix.gogo.runtime.CommandNotFoundException;

/** What a person is told of a command that failed. */
final class Complaints {

    private Complaints() {}

    /** One line. Exceptions made for people say all by their message; of others the kind matters too. */
    static String of(Throwable e) {
        if (e instanceof CommandNotFoundException missing) {
            return "there is no command " + missing.getCommand() + "; help lists them";
        }
        String message = e.getMessage();
        boolean forPeople = e instanceof IllegalArgumentException
                || e instanceof IllegalStateException
                || e.getClass().getName().startsWith("org.sluice.");
        String text = forPeople && message != null ? message : e.toString();
        return text.lines().findFirst().orElse(text);
    }
}
