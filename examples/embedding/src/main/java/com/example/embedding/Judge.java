package com.example.embedding;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.sluice.SandboxedProcess;
import org.sluice.Sluice;

/** Runs programs that somebody handed in, each in a sandbox, and says what they wrote and what they tried. */
public final class Judge implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 30;

    private final Sluice sluice = Sluice.open();

    /**
     * What came of a program.
     *
     * @param status its exit status
     * @param output what it wrote
     * @param attempts what it tried and was denied
     */
    public record Outcome(int status, String output, List<String> attempts) {}

    /** Runs a Python program in a folder of its own, which it may write to. */
    public Outcome run(Path folder, String program, String input) throws IOException, InterruptedException {
        SandboxedProcess process = sluice.process("python3", "-c", program)
                .directory(folder)
                .redirectErrorStream(true)
                .start();
        process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).exceptionally(late -> process.destroyForcibly());
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        int status = process.waitFor();
        List<String> attempts = process.sandbox().denials().stream()
                .map(record ->
                        record.denial().operation() + " " + record.denial().target())
                .toList();
        return new Outcome(status, output, attempts);
    }

    @Override
    public void close() {
        sluice.close();
    }
}
