package org.sluice.launcher;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Reads the command line of one {@link Verb}. */
final class Parser {

    private static final String HELP = "--help";

    private Parser() {}

    /**
     * What was read.
     *
     * @param options the options given, by name; a switch has no values
     * @param positionals how many arguments at the end are no options
     * @param help whether help is asked for
     */
    record Parsed(Map<String, List<String>> options, int positionals, boolean help) {}

    /** Reads what follows the command's name. */
    static Parsed parse(Verb verb, List<String> arguments) {
        return QuickParser.parse(verb, arguments).orElseGet(() -> thoroughly(verb, arguments));
    }

    /** The options in the order in which they were given, by name; each as often as it was. */
    static List<String> order(Verb verb, List<String> arguments, Parsed parsed) {
        List<String> order = new ArrayList<>();
        int end = arguments.size() - parsed.positionals();
        for (int i = 0; i < end; i++) {
            String argument = arguments.get(i);
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            for (Flag flag : verb.flags()) {
                if (flag.name().equals(name)) {
                    order.add(name);
                    i += equals < 0 && !flag.isSwitch() ? 1 : 0;
                    break;
                }
            }
        }
        return order;
    }

    /** By picocli. */
    static Parsed thoroughly(Verb verb, List<String> arguments) {
        CommandLine line = commandLine(verb);
        CommandLine.ParseResult result;
        try {
            result = line.parseArgs(arguments.toArray(String[]::new));
        } catch (CommandLine.UnmatchedArgumentException e) {
            throw unknown(verb, e.getUnmatched().get(0));
        } catch (CommandLine.ParameterException e) {
            throw new UsageException(e.getMessage() + "; see sluice " + verb.word() + " --help", e);
        }
        Map<String, List<String>> options = new TreeMap<>();
        for (Flag flag : verb.flags()) {
            if (result.hasMatchedOption(flag.name())) {
                if (!flag.available()) {
                    throw new UsageException(flag.name() + " is not available in this version; run without it");
                }
                options.put(
                        flag.name(),
                        flag.isSwitch()
                                ? List.of()
                                : result.matchedOption(flag.name()).originalStringValues());
            }
        }
        List<String> rest = result.matchedPositionalValue(0, List.of());
        if (!arguments.subList(arguments.size() - rest.size(), arguments.size()).equals(rest)) {
            throw new UsageException(
                    "options come before the arguments: sluice " + verb.word() + " [options] " + verb.synopsis());
        }
        return new Parsed(options, rest.size(), result.isUsageHelpRequested());
    }

    /** The parser of one command; also what help and completion are made from. */
    static CommandLine commandLine(Verb verb) {
        CommandSpec spec = CommandSpec.create().name("sluice " + verb.word());
        spec.usageMessage().description(verb.help());
        for (Flag flag : verb.flags()) {
            OptionSpec.Builder option =
                    OptionSpec.builder(flag.name()).description(flag.help()).arity(flag.isSwitch() ? "0" : "1");
            if (flag.isSwitch()) {
                option.type(boolean.class);
            } else {
                option.paramLabel(flag.label());
                if (flag.repeatable()) {
                    option.type(List.class).auxiliaryTypes(String.class);
                } else {
                    option.type(String.class);
                }
            }
            spec.addOption(option.build());
        }
        spec.addOption(OptionSpec.builder("-h", HELP)
                .usageHelp(true)
                .description("Print this help.")
                .build());
        if (!verb.synopsis().isEmpty()) {
            spec.addPositional(PositionalParamSpec.builder()
                    .index("0..*")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .paramLabel(verb.synopsis())
                    .hideParamSyntax(true)
                    .build());
        }
        // Without colours the terminal need not be examined, and everything from the command on belongs to the command.
        return new CommandLine(spec)
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setStopAtPositional(verb.stopsAtPositional())
                .setOverwrittenOptionsAllowed(false)
                .setExpandAtFiles(false)
                .setTrimQuotes(false)
                .setUnmatchedOptionsArePositionalParams(false);
    }

    private static UsageException unknown(Verb verb, String given) {
        if (!given.startsWith("-")) {
            return new UsageException("sluice " + verb.word() + " takes no argument: " + given);
        }
        String name = given.contains("=") ? given.substring(0, given.indexOf('=')) : given;
        return new UsageException("unknown option " + name + "; did you mean "
                + nearest(name, verb.flags().stream().map(Flag::name)) + "? See sluice " + verb.word() + " --help");
    }

    /** The word with the smallest edit distance (Levenshtein) from {@code given}. */
    static String nearest(String given, Stream<String> words) {
        return words.min(Comparator.comparingInt(word -> distance(given, word))).orElse(HELP);
    }

    private static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        Arrays.setAll(above, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[b.length()];
    }

    /** The help of the whole program. */
    static String overview() {
        List<String> lines = new ArrayList<>();
        lines.add("Usage: sluice COMMAND [options]");
        lines.add("Runs a command as an ordinary user under a supervisor that answers its system calls.");
        lines.add("");
        for (Verb verb : Verb.values()) {
            if (!verb.hidden()) {
                lines.add(String.format("  %-11s %s", verb.word(), verb.help()));
            }
        }
        lines.add("");
        lines.add("sluice COMMAND --help tells more.");
        return String.join(System.lineSeparator(), lines);
    }
}
