package org.sluice.linux;

import java.util.Collection;
import java.util.Comparator;
import java.util.NoSuchElementException;

/** Finds what someone who mistyped a name may have meant. */
public final class Names {

    private Names() {}

    /**
     * The candidate with the smallest edit distance (Levenshtein), the first in alphabetical order among equals.
     *
     * @throws NoSuchElementException if there are no candidates
     */
    public static String nearest(String name, Collection<String> candidates) {
        return candidates.stream()
                .min(Comparator.<String>comparingInt(candidate -> distance(name, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
    }

    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
