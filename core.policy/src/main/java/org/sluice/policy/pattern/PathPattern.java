package org.sluice.policy.pattern;

import org.sluice.notify.Bytes;

/** Paths of Unix sockets: one path, the children of a folder (a trailing slash), a subtree ({@code /**}), any glob. */
final class PathPattern implements AddressPattern {

    private final Glob glob;

    private PathPattern(Glob glob) {
        this.glob = glob;
    }

    static PathPattern parse(String text) throws PatternException {
        for (String odd : new String[] {"//", "/./", "/../"}) {
            int at = text.indexOf(odd);
            if (at >= 0) {
                throw new PatternException(
                        "'" + odd + "' is in no canonical path, so nothing could match; write it without", at);
            }
        }
        if (text.endsWith("/.") || text.endsWith("/..")) {
            throw new PatternException(
                    "a canonical path does not end in a dot name; write it without", text.lastIndexOf('/') + 1);
        }
        return new PathPattern(Glob.compile(text.endsWith("/") ? text + "*" : text, 0));
    }

    @Override
    public boolean matchesPath(Bytes path) {
        return glob.matches(path);
    }
}
