package org.sluice.core.approval;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.sluice.core.Approvals;
import org.sluice.notify.ApprovalBackend.Answer;
import org.sluice.notify.ApprovalRequest;
import org.sluice.notify.SandboxContext;
import org.sluice.policy.Approvers;

/** What the approvals of all sandboxes of a supervisor share. Thread-safe. */
public final class Bureau {

    private final Supplier<ApprovalSettings> settings;
    private final Remembered remembered;
    private final Backends others;
    private final Desk desk;
    private final Map<String, Webhook> webhooks = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();

    /**
     * Of a supervisor.
     *
     * @param settings asked at each question
     * @param remembered what holds beyond one sandbox
     * @param others the backends that bundles bring
     * @param told called with a sandbox's name and a line for the person who runs it
     */
    public Bureau(
            Supplier<ApprovalSettings> settings,
            Remembered remembered,
            Backends others,
            BiConsumer<String, String> told) {
        this.settings = settings;
        this.remembered = remembered;
        this.others = others;
        this.desk = new Desk(told);
    }

    /**
     * The approvals of one sandbox.
     *
     * @param profile the key under which decisions for good are kept
     */
    public SandboxApprovals of(String profile, Approvers approvers, SandboxContext sandbox) {
        return new SandboxApprovals(this, profile, approvers, sandbox);
    }

    /** What waits for the shell. */
    public Approvals desk() {
        return desk;
    }

    ApprovalSettings settings() {
        return settings.get();
    }

    Remembered remembered() {
        return remembered;
    }

    long nextId() {
        return ids.incrementAndGet();
    }

    Backends backends() {
        return this::ask;
    }

    private Answer ask(String name, ApprovalRequest request) throws InterruptedException {
        if (name.equals(Approvers.SHELL)) {
            return desk.ask(request);
        }
        return Approvers.isUrl(name)
                ? webhooks.computeIfAbsent(name, Webhook::new).ask(request)
                : others.ask(name, request);
    }
}
