package org.sluice.target;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/** A target for tests: a Python process that runs one line of code after another and prints an answer to each. */
final class Child implements AutoCloseable {

    private static final String LOOP =
            """
            import sys, os, socket, ctypes, errno
            for line in sys.stdin:
              try:
                try:
                  out = repr(eval(line))
                except SyntaxError:
                  exec(line.rstrip())
                  out = 'ok'
              except OSError as e:
                out = errno.errorcode[e.errno]
              print(out, flush=True)
            """;

    private static final int SIGSTOP = 19;

    private final Process process;
    private final Writer in;
    private final BufferedReader out;

    Child(Path directory) throws IOException {
        process = new ProcessBuilder("python3", "-c", LOOP)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        in = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        run("1");
    }

    Child() throws IOException {
        this(Path.of("/"));
    }

    int pid() {
        return (int) process.pid();
    }

    /** The printed value of an expression, {@code ok} for a statement, or the name of the errno that it failed with. */
    String run(String line) throws IOException {
        in.write(line + "\n");
        in.flush();
        String answer = out.readLine();
        if (answer == null) {
            throw new IOException("the child ended at: " + line);
        }
        return answer;
    }

    int number(String expression) throws IOException {
        return Integer.parseInt(run(expression));
    }

    /** Stops it, so that signals stay pending, and waits until it has stopped. */
    void stop() throws IOException {
        Linux.call(Nr.KILL, pid(), SIGSTOP);
        while (!Files.readString(Path.of("/proc/" + pid() + "/status")).contains("\nState:\tT")) {
            Thread.onSpinWait();
        }
    }

    /** Ends it and waits until it is gone. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
