package org.sluice.core.chain;

import java.util.List;
import org.sluice.core.trap.Condition;
import org.sluice.core.trap.Trap;
import org.sluice.notify.Stage;
import org.sluice.notify.Traps;

/**
 * What the core remembers of a handler in one sandbox; it refers to nothing of the handler's, so it may outlive it.
 *
 * @param stage its stage
 * @param ranking its ranking
 * @param access how its calls end
 * @param traps its traps, narrowed for the sandbox
 * @param origin where it came from
 */
record Shape(Stage stage, int ranking, Traps.Access access, List<Trap> traps, String origin) {

    /** Whether the handler asked for this call. */
    boolean wants(Notification call) {
        int number = call.number();
        for (int i = 0; i < traps.size(); i++) {
            Trap trap = traps.get(i);
            if (trap.number() == number && holds(trap.conditions(), call)) {
                return true;
            }
        }
        return false;
    }

    private static boolean holds(List<Condition> conditions, Notification call) {
        for (int i = 0; i < conditions.size(); i++) {
            Condition condition = conditions.get(i);
            if (!condition.holds(call.argument(condition.index()))) {
                return false;
            }
        }
        return true;
    }
}
