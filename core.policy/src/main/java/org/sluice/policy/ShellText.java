package org.sluice.policy;

import java.util.regex.Pattern;

/** Words for a POSIX shell. */
final class ShellText {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./!-]+");

    private ShellText() {}

    /** The word in quotes if the shell would read it otherwise. */
    static String quote(String word) {
        boolean plain = PLAIN.matcher(word).matches() && !word.startsWith("!");
        return plain ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
