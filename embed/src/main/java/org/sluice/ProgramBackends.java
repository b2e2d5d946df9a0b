package org.sluice;

import java.util.Map;
import org.sluice.core.approval.Backends;
import org.sluice.notify.ApprovalBackend;
import org.sluice.notify.ApprovalBackend.Answer;
import org.sluice.notify.ApprovalRequest;

/** Those whom a program gave to be asked, by their names. Immutable. */
final class ProgramBackends implements Backends {

    private final Map<String, ApprovalBackend> backends;

    ProgramBackends(Map<String, ApprovalBackend> backends) {
        this.backends = Map.copyOf(backends);
    }

    @Override
    public Answer ask(String name, ApprovalRequest request) throws InterruptedException {
        ApprovalBackend backend = backends.get(name);
        return backend == null ? NONE.ask(name, request) : backend.ask(request);
    }
}
