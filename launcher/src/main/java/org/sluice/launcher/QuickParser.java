package org.sluice.launcher;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads a command line in which nothing is unusual, by the table of {@link Flags} alone. Everything else (a mistake, a
 * call for help, options joined or mixed with arguments) is left to picocli, which explains it. This is worth its place
 * because picocli's class files are too old for the class archive: loading them costs a fifth of a start.
 */
final class QuickParser {

    private final Map<String, Flag> flags = new HashMap<>();
    private final Map<String, List<String>> options = new TreeMap<>();

    private QuickParser(Verb verb) {
        verb.flags().forEach(flag -> flags.put(flag.name(), flag));
    }

    /** What picocli would read, or empty if it is to be asked. */
    static Optional<Parser.Parsed> parse(Verb verb, List<String> arguments) {
        QuickParser parser = new QuickParser(verb);
        int rest = parser.options(arguments);
        if (rest < 0) {
            return Optional.empty();
        }
        List<String> positionals = arguments.subList(rest, arguments.size());
        boolean plain = verb.stopsAtPositional() || positionals.stream().noneMatch(each -> each.startsWith("-"));
        boolean fits = positionals.isEmpty() || !verb.synopsis().isEmpty();
        return plain && fits
                ? Optional.of(new Parser.Parsed(parser.options, positionals.size(), false))
                : Optional.empty();
    }

    /** Takes the options; returns where the rest begins, or a negative number for something unusual. */
    private int options(List<String> arguments) {
        int at = 0;
        while (at < arguments.size()) {
            String word = arguments.get(at);
            if (word.equals("--")) {
                return at + 1;
            }
            if (!word.startsWith("-")) {
                return at;
            }
            int taken = option(word, at + 1 < arguments.size() ? arguments.get(at + 1) : "-");
            if (taken == 0) {
                return -1;
            }
            at += taken;
        }
        return at;
    }

    /** Takes one option; returns how many words it is, 0 for something unusual. */
    private int option(String word, String next) {
        int equals = word.indexOf('=');
        Flag flag = flags.get(equals < 0 ? word : word.substring(0, equals));
        if (flag == null
                || !flag.available()
                || (flag.isSwitch() && equals >= 0)
                || (options.containsKey(flag.name()) && !flag.repeatable())) {
            return 0;
        }
        if (flag.isSwitch()) {
            options.put(flag.name(), List.of());
            return 1;
        }
        if (equals < 0 && next.startsWith("-")) {
            return 0;
        }
        options.computeIfAbsent(flag.name(), key -> new ArrayList<>())
                .add(equals < 0 ? next : word.substring(equals + 1));
        return equals < 0 ? 2 : 1;
    }
}
