package org.sluice.launcher.inside;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sluice.core.ExitStatus;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxEvents;
import org.sluice.notify.Event;
import org.sluice.policy.AuditLog;
import org.sluice.policy.DenialRecord;

/**
 * Writes what happens to the audit file. If that fails (a full disk), nothing more would be on record: the sandbox is
 * ended, and Sluice fails. Thread-safe.
 */
final class Auditor implements SandboxEvents, AutoCloseable {

    private final AuditLog log;
    private final Map<String, String> facts;
    private final AtomicBoolean failed = new AtomicBoolean();
    private volatile @Nullable Sandbox sandbox;

    private Auditor(AuditLog log, Map<String, String> facts) {
        this.log = log;
        this.facts = facts;
    }

    /** Continues or begins a file; {@code facts} are told at the start of the sandbox. */
    static Auditor open(Path file, Map<String, String> facts) {
        return new Auditor(AuditLog.open(file), Map.copyOf(facts));
    }

    @Override
    public void started(Sandbox started) {
        sandbox = started;
        Map<String, String> fields = new TreeMap<>(facts);
        fields.put("pid", Integer.toString(started.main().pid()));
        write(to -> to.started(started.name(), fields));
        if (failed.get()) {
            end(started);
        }
    }

    @Override
    public void ended(Sandbox ended, ExitStatus status) {
        write(to -> to.ended(ended.name(), Map.of("status", Integer.toString(status.shellCode()))));
    }

    @Override
    public void denied(DenialRecord denial) {
        write(to -> to.denied(denial));
    }

    @Override
    public void event(String name, Event event) {
        write(to -> to.event(name, event));
    }

    /** Whether something is missing in the file. */
    boolean failed() {
        return failed.get();
    }

    private void write(Consumer<AuditLog> what) {
        try {
            what.accept(log);
        } catch (UncheckedIOException e) {
            if (failed.compareAndSet(false, true)) {
                Console.say(e.getMessage() + "; the sandbox is ended");
                Sandbox running = sandbox;
                if (running != null) {
                    end(running);
                }
            }
        }
    }

    /** Without waiting for the end: this thread may be answering one of the target's calls. */
    private static void end(Sandbox running) {
        running.main().signal(9);
    }

    @Override
    public void close() {
        log.close();
    }
}
