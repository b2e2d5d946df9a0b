package org.sluice.core.chain;

import java.util.ArrayList;
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
 * @param asked the traps that it asked for, narrowed for the sandbox
 * @param places its virtual files
 * @param origin where it came from
 */
record Shape(Stage stage, int ranking, Traps.Access access, List<Trap> asked, Places places, String origin) {

    /** The traps that it asked for, and those that its virtual files entail. */
    List<Trap> traps() {
        List<Trap> all = new ArrayList<>(asked);
        for (Trap entailed : places.traps()) {
            if (!asksForAll(entailed.number())) {
                all.add(entailed);
            }
        }
        return all;
    }

    private boolean asksForAll(int number) {
        for (Trap trap : asked) {
            if (trap.number() == number && trap.conditions().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Whether this call is for the handler. */
    boolean wants(Notification call) {
        int number = call.number();
        for (int i = 0; i < asked.size(); i++) {
            Trap trap = asked.get(i);
            if (trap.number() == number && holds(trap.conditions(), call)) {
                return true;
            }
        }
        return places.hold(call);
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
