package org.sluice;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.sluice.core.ExitStatus;
import org.sluice.core.Sandbox;
import org.sluice.core.TargetProcess;

/**
 * A process in a sandbox, as a {@link Process}: it has ended when it and all its descendants are gone. Its status is the
 * command's, or 128 and the number of the signal that ended it. Signals are sent by pidfd and never reach another process.
 * The sandbox ends with its first process. Thread-safe.
 */
public final class SandboxedProcess extends Process {

    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;

    private final Sandbox sandbox;
    private final TargetProcess target;
    private final OutputStream toInput;
    private final InputStream fromOutput;
    private final InputStream fromError;
    private final CompletableFuture<ExitStatus> exit;

    SandboxedProcess(Sandbox sandbox, TargetProcess target, Streams streams) {
        this.sandbox = sandbox;
        this.target = target;
        this.toInput = streams.toInput();
        this.fromOutput = streams.fromOutput();
        this.fromError = streams.fromError();
        this.exit = target.exit();
        streams.keep();
    }

    /** The sandbox that the process is in: its rules, handlers and denials. */
    public Sandbox sandbox() {
        return sandbox;
    }

    @Override
    public OutputStream getOutputStream() {
        return toInput;
    }

    @Override
    public InputStream getInputStream() {
        return fromOutput;
    }

    @Override
    public InputStream getErrorStream() {
        return fromError;
    }

    @Override
    public int waitFor() throws InterruptedException {
        try {
            return exit.get().shellCode();
        } catch (ExecutionException e) {
            throw lost(e);
        }
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
        try {
            exit.get(timeout, unit);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw lost(e);
        }
    }

    @Override
    public int exitValue() {
        if (!exit.isDone()) {
            throw new IllegalThreadStateException("process " + pid() + " has not ended");
        }
        return exit.join().shellCode();
    }

    /** Asks it to end: SIGTERM. */
    @Override
    public void destroy() {
        target.signal(SIGTERM);
    }

    /** Kills it and its descendants; the first process takes the whole sandbox with it. */
    @Override
    public Process destroyForcibly() {
        target.signal(SIGKILL);
        return this;
    }

    /** Sends any signal. */
    public void signal(int number) {
        target.signal(number);
    }

    @Override
    public boolean supportsNormalTermination() {
        return true;
    }

    @Override
    public boolean isAlive() {
        return !exit.isDone();
    }

    @Override
    public long pid() {
        return target.pid();
    }

    @Override
    public CompletableFuture<Process> onExit() {
        return exit.thenApply(status -> this);
    }

    @Override
    public ProcessHandle toHandle() {
        return new TargetHandle(this);
    }

    @Override
    public String toString() {
        return "SandboxedProcess[pid=" + pid() + ", sandbox=" + sandbox.name() + ", "
                + (exit.isDone() && !exit.isCompletedExceptionally() ? "exitValue=" + exitValue() : "running") + "]";
    }

    private static IllegalStateException lost(ExecutionException e) {
        return new IllegalStateException("the process was lost: " + e.getCause(), e.getCause());
    }
}
