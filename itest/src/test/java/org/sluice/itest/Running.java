package org.sluice.itest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A process that a test started and watches. Closing it kills it, and with a supervisor goes its sandbox. */
final class Running implements AutoCloseable {

    /** How long a condition may take to come true before the test gives up; nothing is measured. */
    static final long PATIENCE_SECONDS = 90;

    private final List<String> command;
    private final Process process;
    private final StringBuilder output = new StringBuilder();
    private final CompletableFuture<Void> ended;

    private Running(List<String> command, Process process) {
        this.command = command;
        this.process = process;
        this.ended = CompletableFuture.runAsync(this::read);
    }

    /** Starts a command of the system as the given user, in the given folder. */
    static Running start(User user, Path folder, List<String> command) throws IOException {
        List<String> whole = new ArrayList<>(user.prefix());
        // Whoever runs the tests with nohup or in the background ignores signals, and so would this.
        whole.addAll(List.of("env", "--default-signal"));
        whole.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(whole).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("PATH", Programs.PATH);
        builder.environment().put("XDG_STATE_HOME", Distribution.state().toString());
        return new Running(whole, builder.start());
    }

    /** Starts {@code bin/sluice} of the distribution. It replaces itself, so {@link #pid} is the supervisor's. */
    static Running sluice(User user, Path folder, String... arguments) throws Exception {
        return sluice(Distribution.home(), user, folder, arguments);
    }

    /** The same with another copy of the distribution. */
    static Running sluice(Path home, User user, Path folder, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(home.resolve("bin/sluice").toString()));
        all.addAll(List.of(arguments));
        return start(user, folder, all);
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (output) {
                    output.append(line).append('\n');
                    output.notifyAll();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            synchronized (output) {
                output.notifyAll();
            }
        }
    }

    /** Both streams, so far. */
    String output() {
        synchronized (output) {
            return output.toString();
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for a line that holds {@code part}. */
    void awaitLine(String part) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        synchronized (output) {
            while (output.indexOf(part) < 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0 || ended.isDone()) {
                    throw new AssertionError("no '" + part + "' from " + command + ", but:\n" + output);
                }
                output.wait(Math.min(left, 200));
            }
        }
    }

    /** The exit status, once it has ended and all its output is read. */
    int awaitEnd() throws Exception {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still running: " + command + "\n" + output());
        }
        ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return process.exitValue();
    }

    /** Types something. */
    void write(String text) throws IOException {
        process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    void closeInput() throws IOException {
        process.getOutputStream().close();
    }

    /** Sends a signal such as {@code TERM}. */
    void signal(String name) throws Exception {
        signal(pid(), name);
    }

    static void signal(long pid, String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
        if (kill.waitFor() != 0) {
            throw new AssertionError("kill -" + name + " " + pid + " failed");
        }
    }

    /** Waits until a condition holds that nothing tells of. */
    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain until " + what);
            }
            // What is asked, a file or a counter of another process, wakes nobody: a step of a bounded wait.
            Thread.sleep(20);
        }
    }

    @Override
    public void close() {
        // Process.destroyForcibly would close the stream under its reader.
        process.toHandle().destroyForcibly();
        process.onExit().join();
        // The stream ends when the last process of the sandbox has gone, too.
        ended.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
}
