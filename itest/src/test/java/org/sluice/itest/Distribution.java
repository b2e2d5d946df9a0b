package org.sluice.itest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The packed distribution, unpacked where every user can read it, and ways to run it. */
final class Distribution {

    /** How long a command may take before the test gives up; nothing is measured. */
    private static final long PATIENCE_SECONDS = 120;

    private static @Nullable Path home;
    private static @Nullable Path state;

    private Distribution() {}

    /** What a process left behind. */
    record Result(int status, String out, String err) {}

    /** The unpacked folder; unpacked once. */
    static synchronized Path home() throws Exception {
        Path known = home;
        if (known == null) {
            Path folder = Files.createTempDirectory("sluice-itest");
            removeAtEnd(folder);
            require(execute(
                    folder, "", List.of("tar", "-xzf", property("sluice.distribution"), "--strip-components=1")));
            require(execute(folder, "", List.of("chmod", "755", folder.toString())));
            // As an installation does, so that starts are as fast as a user's.
            require(execute(folder, "", List.of("bin/sluice-setup")));
            home = folder;
            return folder;
        }
        return known;
    }

    static String property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("run by Maven's failsafe, which sets " + name);
        }
        return value;
    }

    private static void require(Result result) {
        if (result.status != 0) {
            throw new IllegalStateException("exit status " + result.status + ": " + result.err);
        }
    }

    /** A copy of the unpacked folder that belongs to the user, who may put handlers into its deploy folder. */
    static Path copyFor(User user) throws Exception {
        Path folder = user.folder();
        require(bare(user, folder, "", List.of("cp", "-R", home() + "/.", folder.toString())));
        require(bare(user, folder, "", List.of("chmod", "-R", "go-w", folder.toString())));
        return folder;
    }

    /** Where answers for good are kept: not among those of the user who runs the tests. */
    static synchronized Path state() throws IOException {
        Path known = state;
        if (known == null) {
            known = Files.createTempDirectory("sluice-itest-state");
            removeAtEnd(known);
            state = known;
        }
        return known;
    }

    /** Removes a folder and what is in it when the tests end. */
    static void removeAtEnd(Path folder) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
    }

    private static void remove(Path folder) {
        try {
            require(execute(Path.of("/"), "", List.of("rm", "-rf", folder.toString())));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("cannot remove " + folder, e);
        }
    }

    /** Runs the command as the given user in a folder of its own. */
    static Result sluice(User user, String input, String... arguments) throws Exception {
        return sluiceIn(user, user.folder(), input, arguments);
    }

    /** Runs the command as the given user in the given folder. */
    static Result sluiceIn(User user, Path folder, String input, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(user.prefix());
        command.add(home().resolve("bin/sluice").toString());
        command.addAll(List.of(arguments));
        return execute(folder, input, command);
    }

    /** Runs a command of the system, without Sluice. */
    static Result bare(User user, Path folder, String input, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(user.prefix());
        command.addAll(arguments);
        return execute(folder, input, command);
    }

    private static Result execute(Path folder, String input, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("PATH", Programs.PATH);
        builder.environment().put("XDG_STATE_HOME", state().toString());
        Process process = builder.start();
        CompletableFuture<String> out = CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
        CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // A command that has ended reads no input: its status is what the test asks for.
            if (!String.valueOf(e.getMessage()).contains("Broken pipe")) {
                throw e;
            }
        }
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("still running: " + command);
        }
        return new Result(process.exitValue(), out.join(), err.join());
    }

    private static String read(java.io.InputStream in) {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
