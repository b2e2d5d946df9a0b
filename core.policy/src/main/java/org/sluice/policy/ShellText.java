package org.sluice.policy;

import java.util.regex.Pattern;

/** Words for a POSIX shell, and for an interactive bash(1), where an exclamation mark recalls an earlier line. */
final class ShellText {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private ShellText() {}

    /** The word in quotes if the shell would read it otherwise. */
    static String quote(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
