package org.sluice.launcher;

import static org.sluice.launcher.Flag.many;
import static org.sluice.launcher.Flag.on;
import static org.sluice.launcher.Flag.one;

import java.util.List;
import java.util.stream.Stream;

/** The options of each {@link Verb}. */
final class Flags {

    private static final List<Flag> POLICY = List.of(
            one("--profile", "NAME|FILE", "What the sandbox may do: default, server, build, open, or a file."),
            many("--read", "PATH", "Let it read and execute below PATH."),
            many("--write", "PATH", "Let it write below PATH."),
            many("--allow-connect", "RULE", "Let it connect, e.g. 192.0.2.0/24!443 or loopback!*."),
            many("--deny-connect", "RULE", "Keep it from connecting."),
            many("--allow-bind", "RULE", "Let it bind."),
            many("--deny-bind", "RULE", "Keep it from binding."),
            many("--allow-send", "RULE", "Let it send to this address, e.g. 192.0.2.53!53."),
            many("--deny-send", "RULE", "Keep it from sending to this address."),
            many("--unix-connect", "PATH", "Let it connect to a Unix socket; PATH/ children, PATH/** subtree."),
            many("--unix-bind", "PATH", "Let it bind and connect to a Unix socket."),
            one("--datagram", "deny|any|rules", "No datagram sockets, sends unseen, or each send decided (rules)."),
            one("--proxy", "PORT", "Of IP let it connect to this port of loopback alone (connect mode proxy)."),
            one("--connect-mode", "rules|proxy|unix-only", "How IP addresses are decided."),
            many("--publish", "PORT", "Insist on the real port."),
            on("--no-portmap", "Fail where a port is taken, as without Sluice."),
            one(
                    "--netlink",
                    "kernel|synthetic|host|off",
                    "Network interfaces of a namespace, told by Sluice, the machine's, or none."),
            many("--interface", "NAME=ADDRESS/LEN", "A virtual network interface, e.g. eth0=10.1.2.3/24."),
            on("--broker", "Decide about each file that is opened; record what is denied."),
            one("--approve", "terminal|shell|URL|deny", "Who is asked about files that no grant covers."),
            on("--no-virtual-files", "Open files natively, which is faster; /proc/net and /sys show the machine's."),
            many("--handler", "NAME", "Let a handler take part."),
            many("--require", "NAME", "Refuse a handler's calls while it is missing."),
            many("--reserve", "SYSCALL", "Trap a call for handlers to come."));

    private static final Flag METRICS = one("--metrics", "PATH", "Serve counters for Prometheus at a new Unix socket.");

    private static final List<Flag> RUN = join(
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
            METRICS,
            one("--name", "NAME", "The sandbox's name."),
            on("-q", "Print no hints."),
            on("-v", "Print more about what happens."));

    private static final List<Flag> EXEC = List.of(
            one("--cwd", "DIR", "Working directory of the process."),
            many("--env", "NAME[=VALUE]", "Set a variable, or pass on this one."),
            many("--unset-env", "NAME", "Take a variable away."));

    private Flags() {}

    static List<Flag> of(Verb verb) {
        return switch (verb) {
            case RUN -> RUN;
            case WHY, PROFILE -> POLICY;
            case EXEC -> EXEC;
            case SHELL -> List.of(METRICS);
            default -> List.of();
        };
    }

    private static List<Flag> join(List<Flag> first, Flag... more) {
        return Stream.concat(first.stream(), Stream.of(more)).toList();
    }
}
