package org.sluice.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Settings;
import org.sluice.notify.State;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Target;
import org.sluice.notify.Verdict;
import org.sluice.notify.VirtualFiles;

/** Stands in the chain for a handler under test, asks it, and notes what it was given and what it answered. */
class Recorder implements SyscallHandler {

    private final String name;
    private final SyscallHandler handler;
    private final Journal journal;

    private Recorder(String name, SyscallHandler handler, Journal journal) {
        this.name = name;
        this.handler = handler;
        this.journal = journal;
    }

    /** One that contributes files if the handler does. */
    static SyscallHandler of(String name, SyscallHandler handler, Journal journal) {
        return handler instanceof VirtualFiles files
                ? new OfFiles(name, handler, files, journal)
                : new Recorder(name, handler, journal);
    }

    @Override
    public Verdict handle(Call call, Chain chain) {
        Optional<Address> address = call.address();
        Verdict verdict;
        try {
            verdict = handler.handle(call, chain);
        } catch (RuntimeException | AssertionError | LinkageError | VirtualMachineError e) {
            // Not every Throwable: the core unwinds a call that was taken over by an error of its own.
            note(call, address, null, e);
            throw e;
        }
        @Nullable Verdict given = verdict;
        note(call, address, given, given == null ? new IllegalStateException("handle returned null") : null);
        return verdict;
    }

    private void note(Call call, Optional<Address> address, @Nullable Verdict verdict, @Nullable Throwable failure) {
        List<Long> arguments = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            arguments.add(call.argument(i));
        }
        journal.saw(new SeenCall(
                call.sandbox().name(),
                name,
                call.name(),
                arguments,
                address,
                Optional.ofNullable(verdict),
                Optional.ofNullable(failure)));
    }

    @Override
    public List<String> traps(Settings settings, List<String> traps) {
        return handler.traps(settings, traps);
    }

    @Override
    public Map<String, Object> migrate(int schema, Map<String, Object> state) {
        return handler.migrate(schema, state);
    }

    /** For a handler that contributes files. */
    private static final class OfFiles extends Recorder implements VirtualFiles {

        private final VirtualFiles files;

        OfFiles(String name, SyscallHandler handler, VirtualFiles files, Journal journal) {
            super(name, handler, journal);
            this.files = files;
        }

        @Override
        public Set<String> paths(Settings settings) {
            return files.paths(settings);
        }

        @Override
        public Optional<Bytes> content(SandboxContext sandbox, Target target, String path) {
            return files.content(sandbox, target, path);
        }

        @Override
        public Optional<Bytes> content(SandboxContext sandbox, State state, Target target, String path) {
            return files.content(sandbox, state, target, path);
        }
    }
}
