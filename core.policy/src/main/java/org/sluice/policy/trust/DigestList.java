package org.sluice.policy.trust;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.sluice.policy.PolicyException;

/**
 * The SHA-256 of files, one a line, as sha256sum(1) writes them: the digest in hexadecimal, two characters, a name. The name
 * is for people; a file is known by its digest alone. Empty lines, and those that begin with {@code #}, say nothing.
 */
final class DigestList {

    /** A backslash stands before a line whose name is escaped. */
    private static final Pattern LINE = Pattern.compile("\\\\?([0-9a-fA-F]{64})( [ *].+)?");

    private DigestList() {}

    /**
     * The digests, in small letters.
     *
     * @param name of the list, for messages
     * @throws PolicyException for a line that is none
     */
    static Set<String> parse(String name, byte[] text) {
        Set<String> digests = new HashSet<>();
        String[] lines = new String(text, StandardCharsets.UTF_8).split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            var matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new PolicyException("openat.trusted.lists: " + name + ":" + (i + 1)
                        + " has no SHA-256; write the lines with sha256sum, and sign the file again");
            }
            digests.add(matcher.group(1).toLowerCase(Locale.ROOT));
        }
        return digests;
    }
}
