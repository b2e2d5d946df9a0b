package org.sluice.launcher.inside;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.sluice.policy.Environment;
import org.sluice.policy.PolicyException;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileBuilder;
import org.sluice.policy.ProfileFile;
import org.sluice.policy.ProfileLoader;

/** The profile that a command line asks for: the named one, with the flags worked in. */
final class Profiles {

    private static final Set<String> RULES = Set.of(
            "--allow-connect",
            "--deny-connect",
            "--allow-bind",
            "--deny-bind",
            "--allow-send",
            "--deny-send",
            "--unix-connect",
            "--unix-bind");

    private static final Set<String> SWITCHES = Set.of("--broker", "--no-virtual-files", "--no-portmap");

    private static final List<String> ENVIRONMENT = List.of("--unset-env", "--env");

    /** All but the rules, in the order in which they are worked in: what takes out comes last. */
    private static final List<String> OPTIONS = List.of(
            "--read",
            "--write",
            "--datagram",
            "--connect-mode",
            "--proxy",
            "--netlink",
            "--interface",
            "--handler",
            "--require",
            "--reserve",
            "--unset-env",
            "--env",
            "--limit",
            "--publish",
            "--broker",
            "--approve",
            "--no-virtual-files",
            "--no-portmap");

    private Profiles() {}

    static Profile of(Request request) {
        return of(request, "default");
    }

    /** The same with another profile where no flag names one. */
    static Profile of(Request request, String otherwise) {
        return of(request, otherwise, file -> {});
    }

    /** The same; {@code read} is told of every file that is read for it. */
    static Profile of(Request request, String otherwise, Consumer<ProfileFile> read) {
        ProfileLoader loader = new ProfileLoader(Path.of(""), read);
        ProfileBuilder builder =
                new ProfileBuilder(loader.load(request.one("--profile").orElse(otherwise)));
        rules(request, builder);
        apply(request, builder, OPTIONS);
        return builder.build();
    }

    /** The changes of the environment that a command line asks for, and no profile. */
    static Environment environment(Request request) {
        ProfileBuilder builder = new ProfileBuilder("flags");
        apply(request, builder, ENVIRONMENT);
        return builder.build().environment();
    }

    /** In the order in which they were given: of the rules that match, the last one wins. */
    private static void rules(Request request, ProfileBuilder builder) {
        Map<String, Iterator<String>> values = new HashMap<>();
        for (String option : request.order()) {
            if (RULES.contains(option)) {
                String value = values.computeIfAbsent(
                                option, name -> request.all(name).iterator())
                        .next();
                apply(option, value, builder);
            }
        }
    }

    private static void apply(Request request, ProfileBuilder builder, List<String> options) {
        for (String option : options) {
            if (request.has(option)) {
                // A switch has no values and counts once.
                for (String value : SWITCHES.contains(option) ? List.of("") : request.all(option)) {
                    apply(option, value, builder);
                }
            }
        }
    }

    private static void apply(String option, String value, ProfileBuilder builder) {
        try {
            work(option, value, builder);
        } catch (PolicyException e) {
            String message = String.valueOf(e.getMessage());
            throw message.startsWith(option) ? e : new PolicyException(option + " " + value + ": " + message, e);
        }
    }

    private static void work(String option, String value, ProfileBuilder builder) {
        switch (option) {
            case "--read" -> builder.read(value);
            case "--write" -> builder.write(value);
            case "--allow-connect" -> builder.allowConnect(value);
            case "--deny-connect" -> builder.denyConnect(value);
            case "--allow-bind" -> builder.allowBind(value);
            case "--deny-bind" -> builder.denyBind(value);
            case "--allow-send" -> builder.allowSend(value);
            case "--deny-send" -> builder.denySend(value);
            case "--unix-connect" -> builder.unixConnect(value);
            case "--unix-bind" -> builder.unixBind(value);
            case "--datagram" -> builder.datagram(value);
            case "--connect-mode" -> builder.connectMode(value);
            case "--proxy" -> builder.proxy((int) number(option, value));
            case "--netlink" -> builder.netlink(value);
            case "--interface" -> builder.networkInterface(value);
            case "--handler" -> builder.handler(value);
            case "--require" -> builder.require(value);
            case "--reserve" -> builder.reserve(value);
            case "--unset-env" -> builder.unsetEnv(value);
            case "--env" -> variable(builder, value);
            case "--limit" -> limit(builder, value);
            case "--publish" -> builder.publish((int) number(option, value));
            case "--broker" -> builder.broker();
            case "--approve" -> builder.approve(value);
            case "--no-virtual-files" -> builder.virtualFiles(false);
            case "--no-portmap" -> builder.noPortmap();
            default -> throw new IllegalArgumentException("the option " + option + " is not known here");
        }
    }

    private static void variable(ProfileBuilder builder, String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            builder.passEnv(text);
        } else {
            builder.env(text.substring(0, equals), text.substring(equals + 1));
        }
    }

    private static void limit(ProfileBuilder builder, String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new PolicyException("a limit is written NAME=N, such as nofile=1024");
        }
        builder.limit(text.substring(0, equals), number("--limit", text.substring(equals + 1)));
    }

    private static long number(String option, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new PolicyException(option + ": '" + text + "' is no whole number", e);
        }
    }
}
