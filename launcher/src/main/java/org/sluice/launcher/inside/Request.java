package org.sluice.launcher.inside;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.sluice.notify.Bytes;

/**
 * A command as the class-path half handed it over, in types of the JDK.
 *
 * @param command the command's word
 * @param options its options by name; a switch has no values
 * @param order the names of the options in the order in which they were given
 * @param arguments what follows the options
 * @param environment of the process
 * @param ignored the signals that were ignored when Sluice was started, bit n−1 for signal n
 * @param sockets the folder of the control sockets
 * @param home the distribution
 * @param audit the audit file
 * @param handlers has the handlers started
 * @param started waits until what was begun has been started
 * @param rest starts what the sandbox does not need at its start
 * @param shell starts the shell's bundles and waits for them
 * @param sigstore starts what verifies Sigstore bundles, if this distribution has it
 * @param levels sets the level of a logger
 * @param forward takes whom to tell of signals; null for nobody
 */
record Request(
        String command,
        Map<String, List<String>> options,
        List<String> order,
        List<Bytes> arguments,
        Map<Bytes, Bytes> environment,
        long ignored,
        Path sockets,
        Path home,
        Optional<Path> audit,
        Runnable handlers,
        Runnable started,
        Runnable rest,
        Runnable shell,
        Runnable sigstore,
        BiConsumer<String, String> levels,
        Consumer<IntConsumer> forward) {

    @SuppressWarnings("unchecked") // made by the other half of this jar
    static Request of(Map<String, Object> map) {
        return new Request(
                get(map, "command"),
                (Map<String, List<String>>) get(map, "options"),
                get(map, "order"),
                ((List<byte[]>) get(map, "arguments")).stream().map(Bytes::of).toList(),
                variables(get(map, "environment")),
                get(map, "ignored"),
                get(map, "sockets"),
                get(map, "home"),
                get(map, "audit"),
                get(map, "handlers"),
                get(map, "started"),
                get(map, "rest"),
                get(map, "shell"),
                get(map, "sigstore"),
                get(map, "levels"),
                get(map, "forward"));
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as above
    private static <T> T get(Map<String, Object> map, String key) {
        Object value = map.get(key);
        if (value == null) {
            throw new IllegalArgumentException("the request lacks " + key);
        }
        return (T) value;
    }

    private static Map<Bytes, Bytes> variables(List<byte[]> lines) {
        Map<Bytes, Bytes> map = new HashMap<>();
        for (byte[] line : lines) {
            int equals = 0;
            while (equals < line.length && line[equals] != '=') {
                equals++;
            }
            if (equals > 0 && equals < line.length) {
                map.put(Bytes.of(line, 0, equals), Bytes.of(line, equals + 1, line.length));
            }
        }
        return map;
    }

    /** Whether a switch was given. */
    boolean has(String option) {
        return options.containsKey(option);
    }

    /** The values of an option, none if it was not given. */
    List<String> all(String option) {
        return options.getOrDefault(option, List.of());
    }

    /** The value of an option. */
    Optional<String> one(String option) {
        return all(option).stream().findFirst();
    }

    /** The arguments as text. */
    List<String> words() {
        return arguments.stream().map(Bytes::decode).toList();
    }
}
