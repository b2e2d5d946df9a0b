package org.sluice;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * A handle of a process in a sandbox. The platform's own handles know a process by its number and start time alone, and none
 * that has ended; this one goes through the {@link SandboxedProcess} and asks the platform for relatives and descriptions.
 */
record TargetHandle(SandboxedProcess process) implements ProcessHandle {

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public Optional<ProcessHandle> parent() {
        return platform().flatMap(ProcessHandle::parent);
    }

    @Override
    public Stream<ProcessHandle> children() {
        return platform().stream().flatMap(ProcessHandle::children);
    }

    @Override
    public Stream<ProcessHandle> descendants() {
        return platform().stream().flatMap(ProcessHandle::descendants);
    }

    @Override
    public Info info() {
        return platform().map(ProcessHandle::info).orElse(Unknown.INFO);
    }

    @Override
    public CompletableFuture<ProcessHandle> onExit() {
        return process.onExit().thenApply(ended -> this);
    }

    @Override
    public boolean supportsNormalTermination() {
        return true;
    }

    @Override
    public boolean destroy() {
        boolean alive = isAlive();
        process.destroy();
        return alive;
    }

    @Override
    public boolean destroyForcibly() {
        boolean alive = isAlive();
        process.destroyForcibly();
        return alive;
    }

    @Override
    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public int compareTo(ProcessHandle other) {
        return Long.compare(pid(), other.pid());
    }

    /** While it is alive its number is its own. */
    private Optional<ProcessHandle> platform() {
        return isAlive() ? ProcessHandle.of(pid()) : Optional.empty();
    }

    /** Of a process that has ended nothing is known. */
    private enum Unknown implements Info {
        INFO;

        @Override
        public Optional<String> command() {
            return Optional.empty();
        }

        @Override
        public Optional<String> commandLine() {
            return Optional.empty();
        }

        @Override
        public Optional<String[]> arguments() {
            return Optional.empty();
        }

        @Override
        public Optional<Instant> startInstant() {
            return Optional.empty();
        }

        @Override
        public Optional<Duration> totalCpuDuration() {
            return Optional.empty();
        }

        @Override
        public Optional<String> user() {
            return Optional.empty();
        }
    }
}
