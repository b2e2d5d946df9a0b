package org.sluice.launcher;

import static org.sluice.launcher.Flag.many;
import static org.sluice.launcher.Flag.on;
import static org.sluice.launcher.Flag.one;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The commands of {@code sluice}: each one's options, what it takes beside them, and how much of the framework it needs.
 * Kept as a table, because picocli's annotations would be read by reflection at every start.
 */
enum Verb {
    RUN("run", "[--] command [argument...]", "Run a command in a sandbox.", Level.ALL, Flags.RUN),
    CHECK("check", "", "Say what this kernel offers and what is lost without the rest.", Level.CORE, List.of()),
    SHELL("shell", "", "Start a supervisor without a target and its shell.", Level.SHELL, List.of()),
    WHY(
            "why",
            "connect|bind|send|open|unix TARGET",
            "Say which rule of a profile decides.",
            Level.CORE,
            Flags.POLICY),
    PROFILE(
            "profile",
            "show [NAME|FILE] | validate FILE... | schema",
            "Show a profile, check profile files, print their JSON Schema.",
            Level.CORE,
            Flags.POLICY),
    AUDIT("audit", "verify FILE...", "Check the chain of an audit file.", Level.CORE, List.of()),
    EXEC(
            "exec",
            "NAME [--] command [argument...]",
            "Run a further process in a running sandbox.",
            Level.CORE,
            List.of(
                    one("--cwd", "DIR", "Working directory of the process."),
                    many("--env", "NAME[=VALUE]", "Set a variable, or pass on this one."),
                    many("--unset-env", "NAME", "Take a variable away."))),
    STOP("stop", "NAME", "End a running sandbox.", Level.CORE, List.of()),
    PS("ps", "", "List the running sandboxes of this user.", Level.CORE, List.of()),
    ATTACH("attach", "NAME [-- shell command]", "Open the shell of a running supervisor.", Level.CORE, List.of()),
    COMPLETION("completion", "", "Print a completion script for bash and zsh.", Level.NONE, List.of()),
    VERSION("version", "", "Print the versions of Sluice, Java and the kernel.", Level.NONE, List.of()),
    /** Not listed in the help: what an installation runs once to record the classes that a start needs. */
    TRAIN("train", "", "Run through a start.", Level.ALL, List.of());

    /** How far the framework is started. */
    enum Level {
        /** Not at all. */
        NONE(0),
        /** The core bundles. */
        CORE(2),
        /** Handlers, {@code deploy/} and {@code conf/} as well. */
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
    private final List<Flag> flags;

    Verb(String word, String synopsis, String help, Level level, List<Flag> flags) {
        this.word = word;
        this.synopsis = synopsis;
        this.help = help;
        this.level = level;
        this.flags = flags;
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
        return flags;
    }

    boolean hidden() {
        return this == TRAIN;
    }

    /** The options, apart because an enum's constants cannot see its later static fields. */
    private static final class Flags {

        static final List<Flag> POLICY = List.of(
                one("--profile", "NAME|FILE", "What the sandbox may do: default, server, build, open, or a file."),
                many("--read", "PATH", "Let it read and execute below PATH."),
                many("--write", "PATH", "Let it write below PATH."),
                many("--allow-connect", "RULE", "Let it connect, e.g. 192.0.2.0/24!443 or loopback!*."),
                many("--deny-connect", "RULE", "Keep it from connecting."),
                many("--allow-bind", "RULE", "Let it bind."),
                many("--deny-bind", "RULE", "Keep it from binding."),
                many("--allow-send", "RULE", "Let it send datagrams."),
                many("--deny-send", "RULE", "Keep it from sending datagrams."),
                many("--unix-connect", "PATH", "Let it connect to a Unix socket; PATH/ children, PATH/** subtree."),
                many("--unix-bind", "PATH", "Let it bind and connect to a Unix socket."),
                one("--datagram", "deny|any|rules", "How datagram sockets are treated."),
                many("--publish", "PORT", "Insist on the real port."),
                on("--no-portmap", "Fail where a port is taken, as without Sluice."),
                one("--netlink", "kernel|synthetic|host|off", "Virtual network interfaces.")
                        .later(),
                many("--interface", "NAME=ADDRESS/LEN", "A virtual network interface.")
                        .later(),
                on("--broker", "Ask about files that are not granted.").later(),
                one("--approve", "terminal|shell|URL|deny", "Who is asked.").later(),
                on("--no-virtual-files", "Show the host's /proc/net and /sys.").later(),
                many("--handler", "NAME", "Let a handler take part."),
                many("--require", "NAME", "Refuse a handler's calls while it is missing."),
                many("--reserve", "SYSCALL", "Trap a call for handlers to come."));

        static final List<Flag> RUN = join(
                POLICY,
                many("--env", "NAME[=VALUE]", "Set a variable, or pass on this one."),
                many("--unset-env", "NAME", "Take a variable away."),
                one("--cwd", "DIR", "Working directory of the command."),
                one("--time-limit", "TIME", "End the sandbox after e.g. 30s, 5m; exit status 124."),
                one("--memory", "SIZE", "Limit the memory, e.g. 512M.").later(),
                one("--processes", "N", "Limit the number of processes.").later(),
                many("--limit", "NAME=N", "A resource limit (setrlimit), e.g. nofile=1024."),
                on("--degrade", "Run without what this kernel cannot enforce; say what is lost."),
                on("--explain", "Print what would be enforced and run nothing."),
                one("--report", "text|json|none", "How denials are reported at the end."),
                one("--audit", "FILE", "Append audit events to FILE."),
                one("--name", "NAME", "The sandbox's name."),
                on("-q", "Print no hints."),
                on("-v", "Print more about what happens."));

        private static List<Flag> join(List<Flag> first, Flag... more) {
            List<Flag> all = new java.util.ArrayList<>(first);
            all.addAll(List.of(more));
            return List.copyOf(all);
        }

        private Flags() {}
    }
}
