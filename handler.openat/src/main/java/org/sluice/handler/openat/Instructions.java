package org.sluice.handler.openat;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import org.sluice.notify.Bytes;
import org.sluice.notify.Call;
import org.sluice.notify.Denial;
import org.sluice.notify.Event;
import org.sluice.notify.FileRules.Finding;
import org.sluice.notify.FileRules.Response;
import org.sluice.notify.SandboxContext;

/**
 * What becomes of a file whose content has to be trusted and is not: it is denied, or it is opened and somebody is told. A
 * person is told of each content of each file once, an event is recorded every time. Thread-safe.
 */
final class Instructions {

    /** Of one sandbox; a target makes as many files as it likes. */
    private static final int MOST_WARNINGS = 64;

    private final Map<SandboxContext, Set<String>> warned = new WeakHashMap<>();

    /** What a call is denied for, if it is. */
    Optional<Denial> judge(Call call, Bytes path, String operation) {
        Optional<Finding> found = call.sandbox().files().verify(call.opening().orElseThrow());
        if (found.isEmpty() || found.get().trusted()) {
            return Optional.empty();
        }
        Finding finding = found.get();
        if (finding.response() == Response.DENY) {
            return Optional.of(new Denial(operation, path.toString(), finding.reason(), finding.remedy()));
        }
        call.sandbox()
                .event(new Event(
                        "untrusted-file",
                        Map.of(
                                "path", path.toString(),
                                "sha256", finding.digest(),
                                "reason", finding.reason(),
                                "pid", Integer.toString(call.target().pid()))));
        if (finding.response() == Response.WARN && isNew(call.sandbox(), path + " " + finding.digest())) {
            call.sandbox().tell(finding.reason() + ": " + path + " (" + finding.remedy() + ")");
        }
        return Optional.empty();
    }

    private boolean isNew(SandboxContext sandbox, String what) {
        synchronized (warned) {
            Set<String> known = warned.computeIfAbsent(sandbox, of -> new HashSet<>());
            return known.size() < MOST_WARNINGS && known.add(what);
        }
    }
}
