package ${package};

import org.osgi.service.component.annotations.Component;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Handler;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;

/** Answers getppid(2): tells every process that its parent is the number that the profile names, or else 42. */
@Component
@Handler(name = Parent.NAME, stage = Stage.ANSWER)
@Traps("getppid")
public final class Parent implements SyscallHandler {

    static final String NAME = "${handler}";

    @Override
    public Verdict handle(Call call, Chain chain) {
        call.state().update("calls", old -> old == null ? 1L : (Long) old + 1);
        return Verdict.value(call.sandbox().settings(NAME).number("number", 42));
    }
}
