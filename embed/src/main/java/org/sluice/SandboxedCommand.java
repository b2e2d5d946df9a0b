package org.sluice;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sluice.core.Command;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxSpec;
import org.sluice.core.StartException;
import org.sluice.core.TargetProcess;
import org.sluice.notify.Bytes;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileBuilder;
import org.sluice.policy.ProfileLoader;

/**
 * A command and what it is started with, as {@link ProcessBuilder} holds it, and the profile of its sandbox. The streams are
 * pipes unless redirected. Can be started more than once. For one thread.
 */
public final class SandboxedCommand {

    private final Sluice sluice;
    private final List<String> arguments;
    private final Map<String, String> environment = new HashMap<>(System.getenv());
    private Profile profile = new ProfileLoader().load("default");
    private String name = "";
    private boolean degrade;
    private @Nullable Path directory;
    private Redirect input = Redirect.PIPE;
    private Redirect output = Redirect.PIPE;
    private Redirect error = Redirect.PIPE;
    private boolean mergesError;

    SandboxedCommand(Sluice sluice, List<String> arguments) {
        this.sluice = sluice;
        this.arguments = arguments;
    }

    /**
     * The profile: a ready one by its name, or a JSON file. Without this it is {@code default}.
     *
     * @throws org.sluice.policy.PolicyException one line that names file, line and remedy
     */
    public SandboxedCommand profile(String nameOrFile) {
        return profile(new ProfileLoader().load(nameOrFile));
    }

    /** The profile. */
    public SandboxedCommand profile(Profile other) {
        this.profile = other;
        return this;
    }

    /** Changes the profile, as the flags of the command line do: {@code allow(p -> p.read("/data").handler("my.name"))}. */
    public SandboxedCommand allow(UnaryOperator<ProfileBuilder> change) {
        return profile(change.apply(profile.with()).build());
    }

    /** The sandbox's name, unique in this {@link Sluice}; one is made unless said. */
    public SandboxedCommand name(String other) {
        this.name = other;
        return this;
    }

    /** Runs without what this kernel cannot enforce, instead of refusing to start. */
    public SandboxedCommand degrade() {
        this.degrade = true;
        return this;
    }

    /** The working directory, this JVM's unless said. */
    public SandboxedCommand directory(Path folder) {
        this.directory = folder.toAbsolutePath();
        return this;
    }

    /** The environment, to be changed in place; at first this JVM's own. */
    public Map<String, String> environment() {
        return environment;
    }

    /** Where standard input comes from. */
    public SandboxedCommand redirectInput(Redirect source) {
        this.input = source;
        return this;
    }

    /** Where standard output goes. */
    public SandboxedCommand redirectOutput(Redirect destination) {
        this.output = destination;
        return this;
    }

    /** Where standard error goes. */
    public SandboxedCommand redirectError(Redirect destination) {
        this.error = destination;
        return this;
    }

    /** Whether standard error goes where standard output goes. */
    public SandboxedCommand redirectErrorStream(boolean merge) {
        this.mergesError = merge;
        return this;
    }

    /** The three standard streams are those of this JVM. */
    public SandboxedCommand inheritIO() {
        return redirectInput(Redirect.INHERIT).redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT);
    }

    /**
     * Starts the command in a sandbox of its own.
     *
     * @throws StartException if it could not be started; nothing of it is left behind
     * @throws IOException if a file of a redirection cannot be opened
     */
    public SandboxedProcess start() throws IOException {
        try (Streams streams = open()) {
            Sandbox sandbox = sluice.start(spec(streams));
            return new SandboxedProcess(sandbox, sandbox.main(), streams);
        }
    }

    /**
     * Starts the command as a further process of a sandbox that runs; the profile and name given here do not count.
     *
     * @throws StartException if it could not be started
     * @throws IOException if a file of a redirection cannot be opened
     */
    public SandboxedProcess startIn(Sandbox sandbox) throws IOException {
        try (Streams streams = open()) {
            TargetProcess process = sandbox.exec(command(streams));
            return new SandboxedProcess(sandbox, process, streams);
        }
    }

    /** What {@link #start} would grant, rule and trap, for people. */
    public String explain() {
        return sluice.explain(new SandboxSpec(name, profile, command(), options()));
    }

    private Streams open() throws IOException {
        return Streams.open(input, output, error, mergesError);
    }

    private SandboxSpec spec(Streams streams) {
        return new SandboxSpec(name, profile, command(streams), options());
    }

    /** Job control is the program's own business: a target that stops does not stop this JVM. */
    private SandboxSpec.Options options() {
        return new SandboxSpec.Options(degrade, false, false);
    }

    private Command command(Streams streams) {
        return command().withStdio(streams.target(0), streams.target(1), streams.target(2));
    }

    private Command command() {
        Command command = Command.of(arguments.toArray(String[]::new))
                .withEnvironment(environment.entrySet().stream()
                        .collect(Collectors.toMap(
                                entry -> Bytes.utf8(entry.getKey()), entry -> Bytes.utf8(entry.getValue()))));
        return directory == null ? command : command.withDirectory(directory);
    }
}
