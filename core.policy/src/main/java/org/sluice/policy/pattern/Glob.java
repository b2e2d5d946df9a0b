package org.sluice.policy.pattern;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.Bytes;

/**
 * A glob over bytes: {@code *} and {@code ?} do not cross a slash, {@code **} does, {@code [a-z]} and {@code [!a-z]} stand
 * for one byte that is no slash, {@code \xNN} for the byte NN and {@code \\} for a backslash. Any other character stands
 * for its bytes in UTF-8.
 *
 * <p>Matching goes left to right and remembers the last star of each kind. A failed match first lets the last {@code *}
 * take one byte more; where that byte is a slash, the last {@code **} takes one more. Earlier stars never need another
 * look, because a later start of what follows a star leaves less text for the rest. So no pattern takes exponential time.
 */
final class Glob {

    private static final int ONE = -1;
    private static final int STAR = -2;
    private static final int DEEP = -3;

    /** From here on an element is the index of a class. */
    private static final int CLASS = 256;

    private final int[] elements;
    private final BitSet[] classes;

    /** The only text that matches, where the glob is a plain one; what is learned nearly always is. */
    private final @Nullable Bytes literal;

    private Glob(int[] elements, BitSet[] classes) {
        this.elements = elements;
        this.classes = classes;
        this.literal = literal(elements);
    }

    private static @Nullable Bytes literal(int[] elements) {
        byte[] bytes = new byte[elements.length];
        for (int i = 0; i < bytes.length; i++) {
            if (elements[i] < 0 || elements[i] >= CLASS) {
                return null;
            }
            bytes[i] = (byte) elements[i];
        }
        return Bytes.of(bytes);
    }

    static Glob compile(String text, int from) throws PatternException {
        return new Compiler(text, from).compile();
    }

    boolean matches(Bytes text) {
        return literal != null ? literal.equals(text) : walk(text);
    }

    private boolean walk(Bytes text) {
        int t = 0;
        int e = 0;
        int star = -1;
        int starText = 0;
        int deep = -1;
        int deepText = 0;
        while (true) {
            if (e < elements.length && elements[e] == STAR) {
                star = ++e;
                starText = t;
            } else if (e < elements.length && elements[e] == DEEP) {
                deep = ++e;
                deepText = t;
                star = -1;
            } else if (t < text.length() && e < elements.length && one(elements[e], text.at(t) & 0xff)) {
                t++;
                e++;
            } else if (t == text.length() && e == elements.length) {
                return true;
            } else if (star >= 0 && starText < text.length() && text.at(starText) != '/') {
                t = ++starText;
                e = star;
            } else if (deep >= 0 && deepText < text.length()) {
                t = ++deepText;
                e = deep;
                star = -1;
            } else {
                return false;
            }
        }
    }

    private boolean one(int element, int b) {
        return element == ONE ? b != '/' : element >= CLASS ? classes[element - CLASS].get(b) : element == b;
    }

    /** One pass over the text. */
    private static final class Compiler {

        private final String text;
        private int at;
        private int[] elements = new int[16];
        private int count;
        private final List<BitSet> classes = new ArrayList<>();

        Compiler(String text, int from) {
            this.text = text;
            this.at = from;
        }

        Glob compile() throws PatternException {
            while (at < text.length()) {
                switch (text.charAt(at)) {
                    case '*' -> star();
                    case '?' -> {
                        add(ONE);
                        at++;
                    }
                    case '[' -> characterClass();
                    case '\\' -> add(escaped());
                    default -> plain();
                }
            }
            return new Glob(Arrays.copyOf(elements, count), classes.toArray(BitSet[]::new));
        }

        private void star() {
            int end = at;
            while (end < text.length() && text.charAt(end) == '*') {
                end++;
            }
            add(end - at == 1 ? STAR : DEEP);
            at = end;
        }

        private void plain() throws PatternException {
            int point = text.codePointAt(at);
            if (point == 0) {
                throw new PatternException("a NUL is written \\x00", at);
            }
            if (Character.getType(point) == Character.SURROGATE) {
                throw new PatternException("half a character; write its bytes as \\xNN", at);
            }
            for (byte b : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
                add(b & 0xff);
            }
            at += Character.charCount(point);
        }

        private int escaped() throws PatternException {
            int start = at;
            if (text.startsWith("\\\\", at)) {
                at += 2;
                return '\\';
            }
            if (text.startsWith("\\x", at) && at + 4 <= text.length()) {
                int high = Character.digit(text.charAt(at + 2), 16);
                int low = Character.digit(text.charAt(at + 3), 16);
                if (high >= 0 && low >= 0) {
                    at += 4;
                    return (high << 4) | low;
                }
            }
            throw new PatternException(
                    "a backslash is followed by another one or by x and two digits: \\\\ or \\x2a", start);
        }

        private void characterClass() throws PatternException {
            int start = at++;
            boolean negated = at < text.length() && (text.charAt(at) == '!' || text.charAt(at) == '^');
            if (negated) {
                at++;
            }
            BitSet set = new BitSet(256);
            boolean first = true;
            while (first || (at < text.length() && text.charAt(at) != ']')) {
                first = false;
                int low = member(start);
                int high = low;
                if (at + 1 < text.length() && text.charAt(at) == '-' && text.charAt(at + 1) != ']') {
                    at++;
                    high = member(start);
                }
                if (high < low) {
                    throw new PatternException("a range runs from the smaller to the greater: [a-z]", start);
                }
                set.set(low, high + 1);
            }
            if (at >= text.length()) {
                throw new PatternException("this [ has no ]; the character itself is written [[]", start);
            }
            at++;
            if (negated) {
                set.flip(0, 256);
            }
            set.clear('/');
            if (set.cardinality() == 1) {
                add(set.nextSetBit(0));
                return;
            }
            add(CLASS + classes.size());
            classes.add(set);
        }

        private int member(int start) throws PatternException {
            if (at >= text.length()) {
                throw new PatternException("this [ has no ]; the character itself is written [[]", start);
            }
            if (text.charAt(at) == '\\') {
                return escaped();
            }
            char c = text.charAt(at);
            if (c == 0 || c > 0x7e) {
                throw new PatternException("a class holds single bytes; write others as \\xNN", at);
            }
            at++;
            return c;
        }

        private void add(int element) {
            if (count == elements.length) {
                elements = Arrays.copyOf(elements, 2 * count);
            }
            elements[count++] = element;
        }
    }
}
