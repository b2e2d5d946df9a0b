package org.sluice.shell;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Text in columns, 80 characters wide at most. The last column goes on below itself where it does not fit, the others are
 * cut. What a terminal would act on is written as an escape, because names come from targets.
 */
final class Table {

    private static final int WIDTH = 80;
    private static final int WIDEST = 24;
    private static final String GAP = "  ";

    private final List<String> keys;
    private final List<List<String>> rows = new ArrayList<>();
    private final List<Map<String, Object>> objects = new ArrayList<>();

    Table(String... titles) {
        rows.add(List.of(titles));
        keys = Stream.of(titles)
                .map(title -> title.toLowerCase(Locale.ROOT).replace(' ', '_'))
                .toList();
    }

    /** Adds a row with a cell for each title. */
    Table row(Object... cells) {
        List<String> row = new ArrayList<>();
        Map<String, Object> object = new LinkedHashMap<>();
        objects.add(object);
        for (int i = 0; i < cells.length; i++) {
            object.put(keys.get(i), cells[i]);
            String text = printable(String.valueOf(cells[i]));
            boolean cut = i < cells.length - 1 && text.length() > WIDEST;
            row.add(cut ? text.substring(0, WIDEST - 1) + "…" : text);
        }
        rows.add(row);
        return this;
    }

    /** In JSON the last row has these values in place of its last cell, which says them for people. */
    Table facts(Map<String, ?> facts) {
        Map<String, Object> object = objects.get(objects.size() - 1);
        object.remove(keys.get(keys.size() - 1));
        object.putAll(facts);
        return this;
    }

    /** As text, or as a JSON array of an object for each row, in which nothing is cut. */
    String render(boolean json) {
        return json ? Json.of(objects) : toString();
    }

    @Override
    public String toString() {
        int last = rows.get(0).size() - 1;
        int[] widths = new int[last];
        for (List<String> row : rows) {
            for (int i = 0; i < last; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder start = new StringBuilder();
            for (int i = 0; i < last; i++) {
                start.append(row.get(i))
                        .append(" ".repeat(widths[i] - row.get(i).length()))
                        .append(GAP);
            }
            String before = start.toString();
            for (String part : wrap(row.get(last), Math.max(WIDEST, WIDTH - before.length()))) {
                lines.add((before + part).stripTrailing());
                before = " ".repeat(before.length());
            }
        }
        return String.join("\n", lines);
    }

    /** Breaks at spaces, and inside a word only where that alone is too long. */
    private static List<String> wrap(String text, int width) {
        List<String> parts = new ArrayList<>();
        String rest = text;
        while (rest.length() > width) {
            int space = rest.lastIndexOf(' ', width);
            int end = space > 0 ? space : width;
            parts.add(rest.substring(0, end));
            rest = rest.substring(end).stripLeading();
        }
        parts.add(rest);
        return parts;
    }

    /** With escapes for what a terminal would act on. */
    static String printable(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints()
                .forEach(point -> safe.append(
                        Character.isISOControl(point) || Character.getType(point) == Character.FORMAT
                                ? String.format("\\u%04x", point)
                                : Character.toString(point)));
        return safe.toString();
    }
}
