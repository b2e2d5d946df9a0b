package org.sluice.core.approval;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.notify.ApprovalBackend.Answer;
import org.sluice.notify.ApprovalRequest;
import org.sluice.notify.Bytes;
import org.sluice.notify.Event;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Target;
import org.sluice.policy.Approvers;

/** The approvals of one sandbox: what was answered for as long as it lives, and how much it may ask. Thread-safe. */
public final class SandboxApprovals {

    /** More questions than this are never open at once: each holds a thread, and a call of which there are 256. */
    static final int OPEN = 32;

    private static final Logger LOG = LoggerFactory.getLogger(SandboxApprovals.class);

    private final Bureau bureau;
    private final String profile;
    private final Consultation consultation;
    private final boolean asks;
    private final SandboxContext sandbox;
    private final Decisions session = new Decisions();
    private final TokenBucket bucket = new TokenBucket(System::nanoTime);
    private final Set<Inquiry> open = ConcurrentHashMap.newKeySet();

    SandboxApprovals(Bureau bureau, String profile, Approvers approvers, SandboxContext sandbox) {
        this.bureau = bureau;
        this.profile = profile;
        this.consultation = new Consultation(approvers, bureau.backends());
        this.asks = approvers.ask();
        this.sandbox = sandbox;
    }

    /** Raises a question, unless it is answered already. Does not wait. */
    public Inquiry ask(Target target, Bytes path, boolean reads, boolean writes) {
        if (!asks) {
            return Inquiry.settled(false, "");
        }
        Optional<Boolean> known = known(path, reads, writes);
        if (known.isPresent()) {
            return Inquiry.settled(known.get(), "refused before");
        }
        ApprovalSettings settings = bureau.settings();
        if (open.size() >= OPEN || !bucket.take(settings.rate(), settings.burst())) {
            return Inquiry.settled(false, "too many questions");
        }
        Inquiry inquiry = new Inquiry(new Asked(
                bureau.nextId(),
                sandbox.name(),
                target.pid(),
                target.command(),
                path,
                reads,
                writes,
                settings.timeout()));
        open.add(inquiry);
        Thread thread = new Thread(
                null, () -> run(inquiry), "sluice-approval-" + inquiry.request().id(), 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(SandboxApprovals.class.getClassLoader());
        inquiry.askOn(thread);
        return inquiry;
    }

    private Optional<Boolean> known(Bytes path, boolean reads, boolean writes) {
        Optional<Boolean> here = session.about(path, reads, writes);
        return here.isPresent() ? here : bureau.remembered().about(profile, path, reads, writes);
    }

    private void run(Inquiry inquiry) {
        try {
            // A backend is somebody else's code, so it may return anything.
            Optional<Answer> answer = Optional.ofNullable(consultation.ask(inquiry.request()));
            if (answer.isPresent()) {
                answered(inquiry, answer.get());
            } else {
                failed(inquiry, "asking failed");
            }
        } catch (InterruptedException e) {
            failed(inquiry, "asking was interrupted");
        } catch (IllegalStateException e) {
            failed(inquiry, String.valueOf(e.getMessage()));
        } catch (Throwable e) {
            LOG.error("asking about {} failed", inquiry.request(), e);
            failed(inquiry, "asking failed");
        } finally {
            open.remove(inquiry);
            inquiry.letGo();
        }
    }

    private void answered(Inquiry inquiry, Answer answer) {
        if (!inquiry.decide()) {
            return;
        }
        try {
            remember(inquiry.request(), answer);
            record(inquiry.request(), answer);
        } finally {
            inquiry.settle(answer.approves(), answer == Answer.NEVER ? "refused for good" : "refused");
        }
        if (answer != Answer.ONCE && answer != Answer.DENY) {
            open.forEach(this::settleKnown);
        }
    }

    private void remember(ApprovalRequest request, Answer answer) {
        if (answer == Answer.ONCE || answer == Answer.DENY) {
            return;
        }
        session.add(request.path(), request.reads(), request.writes(), answer.approves());
        if (answer != Answer.SESSION) {
            bureau.remembered()
                    .add(profile, request.path(), request.reads(), request.writes(), answer.approves())
                    .ifPresent(sandbox::tell);
        }
    }

    /** One that waits in a queue for what has been answered meanwhile. */
    private void settleKnown(Inquiry other) {
        ApprovalRequest request = other.request();
        Optional<Boolean> known = known(request.path(), request.reads(), request.writes());
        if (known.isPresent() && other.decide()) {
            other.settle(known.get(), "refused before");
        }
    }

    private void record(ApprovalRequest request, Answer answer) {
        sandbox.event(new Event(
                "approval",
                Map.of(
                        "answer", answer.name().toLowerCase(java.util.Locale.ROOT),
                        "path", request.path().toString(),
                        "access", request.access(),
                        "pid", Integer.toString(request.pid()),
                        "command", request.command())));
    }

    private static void failed(Inquiry inquiry, String why) {
        if (inquiry.decide()) {
            inquiry.settle(false, why);
        }
    }
}
