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

    private Distribution() {}

    /** What a process left behind. */
    record Result(int status, String out, String err) {}

    /** The unpacked folder; unpacked once. */
    static synchronized Path home() throws Exception {
        Path known = home;
        if (known == null) {
            Path folder = Files.createTempDirectory("sluice-itest");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
            require(execute(
                    folder, "", List.of("tar", "-xzf", property("sluice.distribution"), "--strip-components=1")));
            require(execute(folder, "", List.of("chmod", "755", folder.toString())));
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

    private static void remove(Path folder) {
        try {
            require(execute(Path.of("/"), "", List.of("rm", "-rf", folder.toString())));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("cannot remove " + folder, e);
        }
    }

    /** Runs the command as the given user in a folder of its own. */
    static Result sluice(User user, String input, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(user.prefix());
        command.add(home().resolve("bin/sluice").toString());
        command.addAll(List.of(arguments));
        return execute(user.folder(), input, command);
    }

    private static Result execute(Path folder, String input, List<String> command)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).directory(folder.toFile()).start();
        CompletableFuture<String> out = CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
        CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
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
