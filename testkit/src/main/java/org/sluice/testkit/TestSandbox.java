package org.sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.sluice.SandboxedCommand;
import org.sluice.SandboxedProcess;
import org.sluice.Sluice;
import org.sluice.core.HandlerStatus;
import org.sluice.core.Sandbox;
import org.sluice.notify.SyscallHandler;
import org.sluice.policy.DenialRecord;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileBuilder;
import org.sluice.policy.ProfileLoader;

/**
 * Runs commands on this machine's kernel, each in a sandbox of its own with the handlers under test, which are called as in
 * a supervisor: on its threads, in the order of their stages, after the same copies, held to the same rules. There is no
 * framework; a handler's references are given to its constructor by the test.
 *
 * <pre>{@code
 * try (TestSandbox sandbox = new TestSandbox()) {
 *     sandbox.add(new Parent(), Map.of("number", 7L));
 *     assertEquals("7\n", sandbox.run("sh", "-c", "echo $PPID").out());
 * }
 * }</pre>
 *
 * <p>Commands run in {@link #folder} under the profile {@code default} unless the test says otherwise. They are searched in the PATH
 * of the test. Nothing is skipped where the machine lacks something: the run fails and says what is missing. For one thread,
 * but {@link #add} may be called while commands run.
 */
public final class TestSandbox implements AutoCloseable {

    /** How long a command may take before it is killed; nothing is measured. */
    private static final long PATIENCE_SECONDS = 60;

    private final Sluice sluice = Sluice.open();
    private final Journal journal = new Journal();
    private final Path root = makeFolder();
    private final Path folder = root.resolve("work");
    private final Map<String, AutoCloseable> registered = new LinkedHashMap<>();
    private Profile profile = new ProfileLoader().load("default");
    private int ranking;
    private int runs;

    /**
     * Makes the folder and the supervisor; no sandbox yet.
     *
     * @throws org.sluice.linux.SysException if this machine lacks what every sandbox needs
     */
    public TestSandbox() {
        sluice.add(journal);
    }

    private static Path makeFolder() {
        try {
            Path made = Files.createTempDirectory("sluice-testkit");
            Files.createDirectory(made.resolve("work"));
            return made.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a temporary folder for a sandbox", e);
        }
    }

    /** The working directory of the commands, which they may write to; empty at first, removed by {@link #close}. */
    public Path folder() {
        return folder;
    }

    /**
     * Adds a handler to the sandboxes that are started from now on, without settings.
     *
     * @see #add(SyscallHandler, Map)
     */
    public TestSandbox add(SyscallHandler handler) {
        return add(handler, Map.of());
    }

    /**
     * Adds a handler to the sandboxes that are started from now on. One of the same name that was added before is replaced by
     * it, in running sandboxes too, as an update of a bundle would do it: when this returns, no call is in the older one any
     * more, and its state is there.
     *
     * @param settings its section of the profile, in the types of {@link org.sluice.notify.Settings#values}
     * @throws IllegalArgumentException if an annotation is missing or a trap cannot be read
     */
    public synchronized TestSandbox add(SyscallHandler handler, Map<String, Object> settings) {
        Described described = Described.of(handler);
        ranking++;
        AutoCloseable fresh =
                sluice.add(Recorder.of(described.name(), handler, journal), described.properties(ranking));
        AutoCloseable old = registered.put(described.name(), fresh);
        profile = profile.with().handler(described.name(), settings).build();
        if (old != null) {
            end(old);
        }
        return this;
    }

    /** Takes a handler out of running sandboxes; their profile still names it. */
    public synchronized TestSandbox remove(String handler) {
        AutoCloseable old = registered.remove(handler);
        if (old == null) {
            throw new IllegalArgumentException("no handler " + handler + " was added");
        }
        end(old);
        return this;
    }

    private static void end(AutoCloseable registration) {
        try {
            registration.close();
        } catch (Exception e) {
            throw new IllegalStateException("a handler could not be taken out", e);
        }
    }

    /** Begins with another profile, a ready one by its name or a JSON file; keeps no handler's settings. */
    public TestSandbox profile(String nameOrFile) {
        profile = new ProfileLoader().load(nameOrFile);
        for (String handler : registered.keySet()) {
            profile = profile.with().handler(handler).build();
        }
        return this;
    }

    /** Changes the profile, as the flags of the command line do: {@code allow(p -> p.allowConnect("192.0.2.0/24"))}. */
    public TestSandbox allow(UnaryOperator<ProfileBuilder> change) {
        profile = change.apply(profile.with()).build();
        return this;
    }

    /**
     * Runs a command to its end, with nothing on standard input.
     *
     * @throws org.sluice.core.StartException if it could not be started; the message says what is missing
     * @throws AssertionError if a handler under test threw something or returned {@code null}, with that as its cause; and if
     *     the command does not end
     */
    public TestRun run(String... command) {
        try {
            Path out = root.resolve("out" + runs);
            Path err = root.resolve("err" + runs);
            runs++;
            SandboxedProcess process = command(command)
                    .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(Redirect.to(out.toFile()))
                    .redirectError(Redirect.to(err.toFile()))
                    .start();
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly().waitFor();
            String said = Files.readString(out, StandardCharsets.UTF_8);
            String complained = Files.readString(err, StandardCharsets.UTF_8);
            if (!ended) {
                throw new AssertionError(String.join(" ", command) + " did not end in " + PATIENCE_SECONDS
                        + " s; it wrote:\n" + said + complained);
            }
            return checked(result(process, said, complained));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + String.join(" ", command) + " ran", e);
        }
    }

    /** A command to be started with pipes for its streams, for a test that acts while it runs. */
    public synchronized SandboxedCommand command(String... command) {
        return sluice.process(command).profile(profile).directory(folder);
    }

    /** What reached the handlers under test in one sandbox so far, in the order of their answers. */
    public List<SeenCall> calls(Sandbox sandbox) {
        return journal.calls(sandbox.name());
    }

    private TestRun result(SandboxedProcess process, String out, String err) {
        Sandbox sandbox = process.sandbox();
        sandbox.end().join();
        String name = sandbox.name();
        Map<String, Map<String, Object>> states = new HashMap<>();
        for (HandlerStatus handler : sandbox.handlers()) {
            if (registered.containsKey(handler.name()) && !handler.state().equals("not used")) {
                states.put(handler.name(), sandbox.state(handler.name()));
            }
        }
        return new TestRun(
                process.exitValue(),
                out,
                err,
                journal.calls(name),
                sandbox.denials().stream().map(DenialRecord::denial).toList(),
                journal.events(name),
                journal.told(name),
                states);
    }

    private static TestRun checked(TestRun run) {
        for (SeenCall call : run.calls()) {
            if (call.failure().isPresent()) {
                throw new AssertionError(
                        "handler " + call.handler() + " failed on " + call.name() + ", so the call got EPERM; "
                                + call.failure().get(),
                        call.failure().get());
            }
        }
        return run;
    }

    /** Kills what runs, ends the supervisor and removes the folder. */
    @Override
    public void close() {
        sluice.close();
        Folders.remove(root);
    }
}
