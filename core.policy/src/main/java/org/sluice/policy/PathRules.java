package org.sluice.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Brings patterns for paths into the form in which sockets are compared: no variable, no symbolic link. */
final class PathRules {

    private PathRules() {}

    /** The pattern with its variable replaced and the links in its longest plain folder resolved. */
    static String canonical(String pattern, Map<String, Path> values) {
        boolean variable = pattern.startsWith("$");
        if (!variable && !pattern.startsWith("/")) {
            return pattern;
        }
        String text = pattern;
        if (variable) {
            int slash = pattern.indexOf('/');
            String head = slash < 0 ? pattern : pattern.substring(0, slash);
            text = escape(Variables.expand(head, values)) + (slash < 0 ? "" : pattern.substring(slash));
        }
        int end = plainFolder(text);
        if (end <= 0) {
            return text;
        }
        Path folder = Path.of(unescape(text.substring(0, end)));
        try {
            String real = folder.toRealPath().toString();
            return (real.equals("/") ? "" : escape(real)) + text.substring(end);
        } catch (IOException e) {
            // A folder that is not there, or may not be read, has no other name yet.
            return Files.exists(folder) ? text : parent(text, end);
        }
    }

    /** Tries the folder above one that does not exist. */
    private static String parent(String text, int end) {
        int up = text.lastIndexOf('/', end - 1);
        return up <= 0 ? text : canonical(text.substring(0, up) + "/", Map.of()) + text.substring(up + 1);
    }

    /** The end of the leading folders that hold no glob and no escape but a class of one character. */
    private static int plainFolder(String text) {
        int end = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '/') {
                end = i;
            } else if (c == '[' && i + 2 < text.length() && text.charAt(i + 2) == ']') {
                i += 2;
            } else if (c == '*' || c == '?' || c == '[' || c == '\\') {
                return end;
            }
        }
        return end;
    }

    /** The folder that a pattern without a variable begins with, as a path. */
    static String folder(String pattern) {
        int end = plainFolder(pattern);
        return end <= 0 ? "/" : unescape(pattern.substring(0, end));
    }

    private static String escape(String path) {
        return path.replace("\\", "\\\\").replaceAll("[*?\\[]", "[$0]");
    }

    private static String unescape(String text) {
        return text.replaceAll("\\[([*?\\[])\\]", "$1");
    }
}
