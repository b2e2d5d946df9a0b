package org.sluice.core.chain;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.Bytes;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Denial;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Stage;
import org.sluice.notify.State;
import org.sluice.notify.Verdict;

/** One handler at work on one call. Confined to the call's thread, but for what the watchdog reads. */
final class Frame implements Chain {

    private final CallRun run;
    private final Binding binding;
    private final int next;
    private final @Nullable Frame parent;
    private long spent;
    private boolean proceeded;
    private boolean settled;
    private @Nullable Verdict last;

    Frame(CallRun run, Binding binding, int next, @Nullable Frame parent) {
        this.run = run;
        this.binding = binding;
        this.next = next;
        this.parent = parent;
    }

    @Override
    public Verdict proceed(Call call) {
        run.check(this);
        if (!(call instanceof CallView view) || view.frame() != this) {
            throw new IllegalStateException(
                    "proceed takes the call that the handler was given, or one derived from it");
        }
        if (settled) {
            throw new IllegalStateException("the call has been passed on already and did not fail");
        }
        if (proceeded && stage() != Stage.TRANSLATE) {
            throw new IllegalStateException("only a handler of stage TRANSLATE may proceed again after a failure");
        }
        proceeded = true;
        Verdict verdict;
        if (stage() == Stage.DECIDE) {
            verdict = Continued.PASSED_ON;
        } else {
            spent = run.pause(spent);
            verdict = run.advance(next, view.request(), this);
            run.resume();
        }
        last = verdict;
        settled = verdict.succeeded() || verdict.continued();
        return verdict;
    }

    /** See {@code Call.performPrivately}. */
    Verdict performPrivately() {
        run.check(this);
        if (stage() != Stage.ANSWER) {
            throw new IllegalStateException("performPrivately is for handlers of stage ANSWER; "
                    + binding.seat().name() + " is of stage " + stage());
        }
        return run.chain().spec().terminal().performPrivately(run.notification());
    }

    /** See {@code Call.approve}. Nobody's time runs while somebody is asked. */
    Optional<Verdict> approve(Denial denial) {
        run.check(this);
        if (stage() != Stage.DECIDE) {
            throw new IllegalStateException(
                    "approve is for handlers of stage DECIDE; " + binding.seat().name() + " is of stage " + stage());
        }
        Question question = run.chain().spec().terminal().question(run.notification(), denial);
        spent = run.pause(spent);
        Optional<Verdict> refusal = run.ask(question);
        run.resume();
        return refusal;
    }

    /** Answers with a file that holds {@code content}. */
    Verdict serve(Bytes content) {
        run.check(this);
        return run.chain().spec().terminal().serve(run.notification(), content);
    }

    /** What the rest of the chain answered last, {@code null} before the handler proceeded. */
    @Nullable
    Verdict last() {
        return last;
    }

    /** Whether the call was passed on and did not fail. */
    boolean settled() {
        return settled;
    }

    /** The handler's own time so far without the stretch that runs, in nanoseconds. */
    long spent() {
        return spent;
    }

    Binding binding() {
        return binding;
    }

    @Nullable
    Frame parent() {
        return parent;
    }

    Stage stage() {
        return binding.shape().stage();
    }

    Notification notification() {
        return run.notification();
    }

    /** The notification, for what it owns and not only says. */
    Notification openNotification() {
        run.requireOpen();
        return run.notification();
    }

    SandboxContext context() {
        return run.chain().spec().context();
    }

    State state() {
        return binding.state();
    }

    int argumentIndex(String name) {
        return run.chain().argumentIndex(run.notification().name(), name);
    }

    boolean isTrusted() {
        return run.chain().spec().trustedTranslators().contains(binding.seat().name());
    }

    void mayChange(String operation) {
        if (stage() != Stage.TRANSLATE) {
            throw new IllegalStateException(operation + " is for handlers of stage TRANSLATE; "
                    + binding.seat().name() + " is of stage " + stage());
        }
    }
}
