package org.sluice.launcher;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The commands of {@code sluice}: each one's options, what it takes beside them, and how much of the framework it needs.
 * Kept as a table, because picocli's annotations would be read by reflection at every start.
 */
enum Verb {
    RUN("run", "[--] command [argument...]", "Run a command in a sandbox.", Level.ALL),
    CHECK("check", "", "Say what this kernel offers and what is lost without the rest.", Level.NONE),
    SHELL("shell", "", "Start a supervisor without a target and its shell.", Level.SHELL),
    WHY("why", "connect|bind|send|open|unix TARGET", "Say which rule of a profile decides.", Level.CORE),
    PROFILE(
            "profile",
            "show [NAME|FILE] | validate FILE... | schema",
            "Show a profile, check profile files, print their JSON Schema.",
            Level.CORE),
    AUDIT("audit", "verify FILE...", "Check the chain of an audit file.", Level.CORE),
    EXEC("exec", "NAME [--] command [argument...]", "Run a further process in a running sandbox.", Level.CORE),
    STOP("stop", "NAME", "End a running sandbox.", Level.CORE),
    PS("ps", "", "List the running sandboxes of this user.", Level.CORE),
    ATTACH(
            "attach",
            "[NAME] [-- shell command]",
            "Open the shell of a running supervisor, or run one command in it.",
            Level.CORE),
    COMPLETION("completion", "", "Print a completion script for bash and zsh.", Level.NONE),
    VERSION("version", "", "Print the versions of Sluice, Java and the kernel.", Level.NONE),
    /** Not listed in the help: what an installation runs once to record the classes that a start needs. */
    TRAIN("train", "", "Run through a start.", Level.ALL);

    /** How much is installed, and started unless it is {@link #CORE}. */
    enum Level {
        /** Not at all. */
        NONE(0),
        /** The core bundles, of which classes are used and no services. */
        CORE(2),
        /** Handlers as well: what a target needs to start. */
        HANDLERS(3),
        /** {@code deploy/} and {@code conf/} as well. */
        ALL(5),
        /** The shell's bundles as well. */
        SHELL(9);

        private final int start;

        Level(int start) {
            this.start = start;
        }

        /** The highest folder below {@code bundle/} that is installed. */
        int start() {
            return start;
        }
    }

    private final String word;
    private final String synopsis;
    private final String help;
    private final Level level;

    Verb(String word, String synopsis, String help, Level level) {
        this.word = word;
        this.synopsis = synopsis;
        this.help = help;
        this.level = level;
    }

    static Optional<Verb> of(String word) {
        return Arrays.stream(values()).filter(verb -> verb.word.equals(word)).findFirst();
    }

    String word() {
        return word;
    }

    String synopsis() {
        return synopsis;
    }

    String help() {
        return help;
    }

    Level level() {
        return level;
    }

    List<Flag> flags() {
        return Flags.of(this);
    }

    /** Whether everything from the first argument on belongs to a command. */
    boolean stopsAtPositional() {
        return this == RUN || this == EXEC || this == ATTACH;
    }

    boolean hidden() {
        return this == TRAIN;
    }
}
