package org.sluice.launcher.inside;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;
import org.sluice.policy.Environment;
import org.sluice.policy.PolicyException;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileBuilder;
import org.sluice.policy.ProfileFile;
import org.sluice.policy.ProfileLoader;

/** The profile that a command line asks for: the named one, with the flags worked in. */
final class Profiles {

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
        each(request, "--read", builder::read);
        each(request, "--write", builder::write);
        rules(request, builder);
        each(request, "--datagram", builder::datagram);
        each(request, "--connect-mode", builder::connectMode);
        each(request, "--proxy", text -> builder.proxy((int) number("--proxy", text)));
        each(request, "--netlink", builder::netlink);
        each(request, "--interface", builder::networkInterface);
        each(request, "--handler", builder::handler);
        each(request, "--require", builder::require);
        each(request, "--reserve", builder::reserve);
        each(request, "--unset-env", builder::unsetEnv);
        each(request, "--env", text -> variable(builder, text));
        each(request, "--limit", text -> limit(builder, text));
        each(request, "--publish", text -> builder.publish((int) number("--publish", text)));
        if (request.has("--broker")) {
            builder.broker();
        }
        if (request.has("--virtual-files")) {
            builder.networkFiles();
        }
        if (request.has("--no-virtual-files")) {
            builder.virtualFiles(false);
        }
        if (request.has("--no-portmap")) {
            builder.noPortmap();
        }
        return builder.build();
    }

    /** The changes of the environment that a command line asks for, and no profile. */
    static Environment environment(Request request) {
        ProfileBuilder builder = new ProfileBuilder("flags");
        each(request, "--unset-env", builder::unsetEnv);
        each(request, "--env", text -> variable(builder, text));
        return builder.build().environment();
    }

    /** In the order in which they were given: of the rules that match, the last one wins. */
    private static void rules(Request request, ProfileBuilder builder) {
        Map<String, Consumer<String>> actions = Map.of(
                "--allow-connect", builder::allowConnect,
                "--deny-connect", builder::denyConnect,
                "--allow-bind", builder::allowBind,
                "--deny-bind", builder::denyBind,
                "--allow-send", builder::allowSend,
                "--deny-send", builder::denySend,
                "--unix-connect", builder::unixConnect,
                "--unix-bind", builder::unixBind);
        Map<String, Iterator<String>> values = new HashMap<>();
        for (String option : request.order()) {
            Consumer<String> action = actions.get(option);
            if (action != null) {
                String value = values.computeIfAbsent(
                                option, name -> request.all(name).iterator())
                        .next();
                apply(option, value, action);
            }
        }
    }

    private static void each(Request request, String option, Consumer<String> action) {
        for (String value : request.all(option)) {
            apply(option, value, action);
        }
    }

    private static void apply(String option, String value, Consumer<String> action) {
        try {
            action.accept(value);
        } catch (PolicyException e) {
            String message = String.valueOf(e.getMessage());
            throw message.startsWith(option) ? e : new PolicyException(option + " " + value + ": " + message, e);
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
