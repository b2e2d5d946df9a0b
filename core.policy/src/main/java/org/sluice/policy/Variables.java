package org.sluice.policy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The variables that a path in a profile may begin with: {@code $CWD}, {@code $TMP} and {@code $HOME}. */
final class Variables {

    static final Set<String> NAMES = Set.of("CWD", "TMP", "HOME");

    private static final Pattern START = Pattern.compile("\\$([A-Za-z_]*)(?=/|$)");

    private Variables() {}

    /** The path without its variable, for a check of the rest. */
    static String strip(String path) {
        Matcher matcher = START.matcher(path);
        if (!matcher.lookingAt()) {
            return path;
        }
        if (!NAMES.contains(matcher.group(1))) {
            throw new PolicyException(
                    "'" + path + "': $" + matcher.group(1) + " is none of the variables $CWD, $TMP and $HOME");
        }
        String rest = path.substring(matcher.end());
        return rest.isEmpty() ? "/" : rest;
    }

    /** The path with its variable replaced. */
    static String expand(String path, Map<String, Path> values) {
        strip(path);
        Matcher matcher = START.matcher(path);
        if (!matcher.lookingAt()) {
            return path;
        }
        Path value = values.get(matcher.group(1));
        if (value == null) {
            throw new PolicyException("'" + path + "': there is no $" + matcher.group(1) + " here");
        }
        String folder = value.toString();
        String rest = path.substring(matcher.end());
        return folder.endsWith("/") && rest.startsWith("/") ? folder + rest.substring(1) : folder + rest;
    }
}
