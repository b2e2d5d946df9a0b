package org.sluice.core.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sluice.core.Command;
import org.sluice.core.StartException;
import org.sluice.core.spawn.LaunchPlan;
import org.sluice.notify.Bytes;

/** How a command becomes execve(2)'s arguments: the search in PATH, the environment block, the limits by number. */
final class CommandPlan {

    private static final Bytes PATH = Bytes.utf8("PATH");
    private static final Bytes DEFAULT_PATH = Bytes.utf8("/usr/local/bin:/usr/bin:/bin");

    /** Numbers of the limits (asm-generic/resource.h), by their names in setrlimit(2). */
    private static final List<String> LIMITS = List.of(
            "cpu",
            "fsize",
            "data",
            "stack",
            "core",
            "rss",
            "nproc",
            "nofile",
            "memlock",
            "as",
            "locks",
            "sigpending",
            "msgqueue",
            "nice",
            "rtprio",
            "rttime");

    private CommandPlan() {}

    /** The files to try, as execvp(3) does: the name itself if it has a slash, else in each folder of PATH. */
    static List<Bytes> candidates(Command command) {
        Bytes name = command.arguments().get(0);
        if (name.isEmpty() || contains(name, (byte) '/')) {
            return List.of(name);
        }
        Bytes path = command.environment().getOrDefault(PATH, DEFAULT_PATH);
        List<Bytes> all = new ArrayList<>();
        byte[] bytes = path.toArray();
        int start = 0;
        for (int i = 0; i <= bytes.length; i++) {
            if (i == bytes.length || bytes[i] == ':') {
                all.add(join(Bytes.of(bytes, start, i), '/', name));
                start = i + 1;
            }
        }
        return all;
    }

    /** The environment as {@code NAME=value}. */
    static List<Bytes> environment(Map<Bytes, Bytes> environment) {
        return environment.entrySet().stream()
                .map(entry -> join(entry.getKey(), '=', entry.getValue()))
                .sorted()
                .toList();
    }

    static List<LaunchPlan.Limit> limits(Map<String, Long> limits) {
        return limits.entrySet().stream()
                .map(entry -> {
                    int number = LIMITS.indexOf(entry.getKey().toLowerCase(Locale.ROOT));
                    if (number < 0) {
                        throw new StartException(
                                StartException.Kind.SUPERVISOR,
                                "no limit is named " + entry.getKey() + "; there are " + String.join(", ", LIMITS));
                    }
                    return new LaunchPlan.Limit(number, entry.getValue());
                })
                .toList();
    }

    /** An empty folder in PATH means the working directory. */
    private static Bytes join(Bytes left, char between, Bytes right) {
        if (left.isEmpty()) {
            return join(Bytes.utf8("."), between, right);
        }
        byte[] joined = new byte[left.length() + 1 + right.length()];
        left.copyTo(joined, 0);
        joined[left.length()] = (byte) between;
        right.copyTo(joined, left.length() + 1);
        return Bytes.of(joined);
    }

    private static boolean contains(Bytes text, byte wanted) {
        for (int i = 0; i < text.length(); i++) {
            if (text.at(i) == wanted) {
                return true;
            }
        }
        return false;
    }
}
