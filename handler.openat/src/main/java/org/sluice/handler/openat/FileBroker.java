package org.sluice.handler.openat;

import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.sluice.notify.Bytes;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Denial;
import org.sluice.notify.FileRules.Decision;
import org.sluice.notify.FileRules.Standing;
import org.sluice.notify.Handler;
import org.sluice.notify.Opening;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;

/**
 * The file broker: decides which files open(2) and its kind may open. What is decided is the object that the path leads to,
 * by its canonical name, with the access that the flags ask for; the core opens that very object, or leaves the call to the
 * kernel where the Landlock domain grants the same.
 *
 * <ul>
 *   <li>Enough is granted: the file is opened.
 *   <li>Nothing is there: the target gets the errno of the kernel.
 *   <li>What it says has to be trusted: it is read as it was {@linkplain Instructions verified}.
 *   <li>Less is granted than asked for, or the place is protected: EACCES, and a record of what would allow it.
 *   <li>Nothing is granted: whoever the profile names is asked, and EACCES and the record unless the answer is yes.
 * </ul>
 */
@Component
@Handler(name = "openat", stage = Stage.DECIDE)
@Traps({"open", "openat", "openat2", "creat"})
public final class FileBroker implements SyscallHandler {

    private static final String OPERATION = "file/open";

    private static final int EPERM = 1;
    private static final int EACCES = 13;

    private final Instructions instructions = new Instructions();

    /** For the component runtime. */
    public FileBroker() {}

    @Override
    public Verdict handle(Call call, Chain chain) {
        Opening opening = call.opening().orElseThrow();
        if (!opening.reads() && !opening.writes()) {
            // O_PATH gives no access to what is in the file.
            return chain.proceed(call);
        }
        int errno = opening.unresolved();
        if (errno != 0 && errno != EACCES) {
            return Verdict.failure(Unresolved.isAnswer(errno) ? errno : EPERM);
        }
        Optional<Bytes> path = opening.path();
        if (path.isEmpty()) {
            // A pipe, a deleted file, a place that permissions forbid, or one in procfs that is another process's own:
            // the
            // core serves no such thing, so the kernel alone decides.
            return chain.proceed(call);
        }
        Decision decision = call.sandbox().files().decide(opening);
        if (decision.standing() != Standing.GRANTED) {
            Denial denial = new Denial(OPERATION, path.get().toString(), decision.reason(), decision.remedy());
            Optional<Verdict> refused =
                    decision.standing() == Standing.NO_GRANT ? call.approve(denial) : Optional.of(Verdict.deny(denial));
            if (refused.isPresent()) {
                return refused.get();
            }
        }
        Optional<Denial> untrusted = instructions.judge(call, path.get(), OPERATION);
        return untrusted.isPresent() ? Verdict.deny(untrusted.get()) : chain.proceed(call);
    }
}
