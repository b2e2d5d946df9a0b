package org.sluice.policy;

/** Paths of flags and profiles. */
final class Paths {

    private Paths() {}

    /** An absolute path, or one with a variable; a relative one is below {@code $CWD}. */
    static String absolute(String path) {
        if (path.isEmpty()) {
            throw new PolicyException("a path is empty; write . for the working directory");
        }
        if (path.indexOf(0) >= 0) {
            throw new PolicyException(
                    "path '" + path.replace("\0", "\\x00") + "' holds a NUL; no file has such a name");
        }
        if (path.startsWith("$")) {
            Variables.strip(path);
            return path;
        }
        if (path.startsWith("~")) {
            throw new PolicyException("path '" + path + "': the home directory is written $HOME");
        }
        return path.startsWith("/") ? path : "$CWD" + (path.equals(".") ? "" : "/" + path.replaceFirst("^(\\./)+", ""));
    }

    /** A pattern for Unix sockets; a relative path is below {@code $CWD}. */
    static String unix(String pattern) {
        boolean named = pattern.startsWith("@") || pattern.equals("!unnamed");
        if (!named && pattern.matches("[^/]*![0-9*,-]+")) {
            throw new PolicyException("'" + pattern + "' is an IP pattern; a Unix socket is a path, @name or !unnamed");
        }
        return named ? pattern : absolute(pattern);
    }
}
