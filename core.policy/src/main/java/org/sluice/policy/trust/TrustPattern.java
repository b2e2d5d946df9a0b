package org.sluice.policy.trust;

import java.util.ArrayList;
import java.util.List;
import org.sluice.notify.Bytes;
import org.sluice.policy.PolicyException;
import org.sluice.policy.pattern.AddressPattern;
import org.sluice.policy.pattern.PatternException;

/**
 * Files by their canonical paths, and the folder below which they all are: its scope. In a pattern {@code /**}{@code /}
 * stands for any number of folders, none included. Immutable.
 */
public final class TrustPattern {

    private static final String FOLDERS = "/**/";
    private static final int MOST_FOLDERS = 4;

    private final String text;
    private final List<AddressPattern> patterns;
    private final Bytes scope;

    private TrustPattern(String text, List<AddressPattern> patterns, Bytes scope) {
        this.text = text;
        this.patterns = patterns;
        this.scope = scope;
    }

    /**
     * Of a text.
     *
     * @param text an absolute pattern
     * @param scope the folders that it begins with, canonical
     * @throws PolicyException if it cannot be read
     */
    public static TrustPattern parse(String text, String scope) {
        List<String> spellings = new ArrayList<>(List.of(text));
        for (int i = 0; i < spellings.size(); i++) {
            String spelling = spellings.get(i);
            for (int at = spelling.indexOf(FOLDERS); at >= 0; at = spelling.indexOf(FOLDERS, at + 1)) {
                String without = spelling.substring(0, at) + spelling.substring(at + FOLDERS.length() - 1);
                if (!spellings.contains(without)) {
                    spellings.add(without);
                }
            }
            if (spellings.size() > 1 << MOST_FOLDERS) {
                throw refused(text, "has more than " + MOST_FOLDERS + " times **; write fewer");
            }
        }
        if (text.endsWith("/")) {
            throw refused(text, "names a folder; write " + text + "** for the files in it");
        }
        List<AddressPattern> patterns = new ArrayList<>();
        for (String spelling : spellings) {
            try {
                patterns.add(AddressPattern.parse(spelling));
            } catch (PatternException e) {
                throw refused(text, "cannot be read: " + e.getMessage());
            }
        }
        return new TrustPattern(text, patterns, Bytes.utf8(scope));
    }

    private static PolicyException refused(String text, String why) {
        return new PolicyException("openat.trusted.files: '" + text + "' " + why);
    }

    boolean matches(Bytes path) {
        for (int i = 0; i < patterns.size(); i++) {
            if (patterns.get(i).matchesPath(path)) {
                return true;
            }
        }
        return false;
    }

    /** The folder. */
    Bytes scope() {
        return scope;
    }

    @Override
    public String toString() {
        return text;
    }
}
