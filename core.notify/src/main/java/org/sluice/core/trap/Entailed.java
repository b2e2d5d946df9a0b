package org.sluice.core.trap;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What has to be trapped because something else is. A call that the supervisor makes in a target's place leaves the
 * supervisor's mark where the kernel takes down who called; the calls that show the mark must then be answered by the
 * supervisor too. No handler asks for them, since no handler decides about them.
 */
public final class Entailed {

    /** SO_PEERCRED and SO_PEERPIDFD name who connected and who listened (unix(7)). */
    private static final String CREDENTIALS = "getsockopt(level=SOL_SOCKET,optname=SO_PEERCRED|SO_PEERPIDFD)";

    private static final Map<String, String> BY_CALL = Map.of("connect", CREDENTIALS, "listen", CREDENTIALS);

    private Entailed() {}

    /** The traps, and what they entail. */
    public static TrapSet by(TrapSet traps, Names names) {
        List<Trap> all = new ArrayList<>(traps.traps());
        for (String text : texts(traps)) {
            all.add(TrapParser.parse(text, names));
        }
        return new TrapSet(traps.everything(), all);
    }

    /** What the traps entail, as a handler would write it. */
    public static List<String> texts(TrapSet traps) {
        Set<String> texts = new LinkedHashSet<>();
        for (Trap trap : traps.traps()) {
            String text = BY_CALL.get(trap.syscall());
            if (text != null) {
                texts.add(text);
            }
        }
        return List.copyOf(texts);
    }
}
