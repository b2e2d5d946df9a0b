package org.sluice.core.call;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import org.sluice.linux.SyscallTable;
import org.sluice.target.DirectoryList;
import org.sluice.target.LinkText;
import org.sluice.target.NetworkFiles;
import org.sluice.target.PathWalker;

/** The calls that look at names and list directories. They are performed only where something is hidden from them. */
final class Looks {

    private static final Map<String, Boolean> LISTS = Map.of("getdents64", false, "getdents", true);

    private Looks() {}

    /** Those of a sandbox, by their names. */
    static Map<String, Kind> of(
            Hiding hiding, IntPredicate inside, Hands hands, PathWalker walker, NetworkFiles interfaces) {
        Map<String, Kind> kinds = new HashMap<>();
        if (hiding.hides()) {
            DirectoryList lists = new DirectoryList(inside);
            LISTS.forEach((name, old) -> kinds.put(name, new ListCall(old, hands, lists)));
        }
        if (hiding == Hiding.NAMES) {
            LinkText links = new LinkText(inside);
            for (LookCall.Form form : LookCall.Form.values()) {
                kinds.put(form.call(), new LookCall(form, hands, walker, interfaces, links));
            }
        }
        kinds.keySet().removeIf(name -> !SyscallTable.host().has(name));
        return kinds;
    }
}
