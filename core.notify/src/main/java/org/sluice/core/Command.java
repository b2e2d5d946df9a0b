package org.sluice.core;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sluice.notify.Bytes;

/**
 * What to execute and with what. Immutable; the {@code with} methods return changed copies.
 *
 * @param arguments the command and its arguments, at least one; searched in the PATH of {@code environment} if the first
 *     has no slash
 * @param environment the whole environment
 * @param directory the working directory; empty for the supervisor's
 * @param stdio the descriptors that become 0, 1 and 2 of the target; they stay open in the supervisor
 * @param passed descriptors beyond 0, 1 and 2 that the target gets under the same number
 * @param limits resource limits by name ({@code nofile}, {@code nproc}, {@code cpu}, {@code as} …), soft and hard alike
 */
public record Command(
        List<Bytes> arguments,
        Map<Bytes, Bytes> environment,
        Optional<Path> directory,
        List<Integer> stdio,
        List<Integer> passed,
        Map<String, Long> limits) {

    /** Checks and copies. */
    public Command {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        stdio = List.copyOf(stdio);
        passed = List.copyOf(passed);
        limits = Map.copyOf(limits);
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("a command needs at least its name");
        }
        if (stdio.size() != 3) {
            throw new IllegalArgumentException("stdio names 3 descriptors, not " + stdio.size());
        }
    }

    /** A command with the supervisor's environment, directory and standard streams. */
    public static Command of(String... arguments) {
        return new Command(
                List.of(arguments).stream().map(Bytes::utf8).toList(),
                inherited(),
                Optional.empty(),
                List.of(0, 1, 2),
                List.of(),
                Map.of());
    }

    /** With another command and arguments. */
    public Command withArguments(List<Bytes> others) {
        return new Command(others, environment, directory, stdio, passed, limits);
    }

    /** With another environment, which is the whole of it. */
    public Command withEnvironment(Map<Bytes, Bytes> other) {
        return new Command(arguments, other, directory, stdio, passed, limits);
    }

    /** With another working directory. */
    public Command withDirectory(Path other) {
        return new Command(arguments, environment, Optional.of(other), stdio, passed, limits);
    }

    /** With these descriptors as 0, 1 and 2 of the target. */
    public Command withStdio(int in, int out, int err) {
        return new Command(arguments, environment, directory, List.of(in, out, err), passed, limits);
    }

    /** With these further descriptors passed on. */
    public Command withPassed(List<Integer> others) {
        return new Command(arguments, environment, directory, stdio, others, limits);
    }

    /** With these resource limits. */
    public Command withLimits(Map<String, Long> others) {
        return new Command(arguments, environment, directory, stdio, passed, others);
    }

    private static Map<Bytes, Bytes> inherited() {
        Map<Bytes, Bytes> map = new HashMap<>();
        for (Map.Entry<String, String> variable : System.getenv().entrySet()) {
            map.put(Bytes.utf8(variable.getKey()), Bytes.utf8(variable.getValue()));
        }
        return map;
    }
}
