package org.sluice.trust.sigstore;

import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** What exceptions say, as one line for people. Whoever wrote the bundle chose some of it. */
final class Words {

    private static final int LONGEST = 200;
    private static final int DEEPEST = 8;

    private Words() {}

    /** What an exception and its causes say, each once, in printable ASCII. */
    static String of(Throwable thrown) {
        StringJoiner words = new StringJoiner(": ");
        @Nullable Throwable each = thrown;
        String before = "";
        for (int i = 0; each != null && i < DEEPEST; i++) {
            String message = each.getMessage() == null ? each.getClass().getSimpleName() : each.getMessage();
            if (!before.contains(message)) {
                words.add(message);
                before = message;
            }
            each = each.getCause();
        }
        return printable(words.toString());
    }

    private static String printable(String text) {
        String line = text.strip().replaceAll("\\s+", " ").replaceAll("[^\\x20-\\x7e]", "?");
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line;
    }
}
