package com.example.handlers;

import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.sluice.notify.Bytes;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Handler;
import org.sluice.notify.Settings;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;

/**
 * Answers uname(2): a sandbox has the names that its profile gives it. What the profile does not say is fixed, so that a
 * program learns nothing of the machine. The number that a kernel counts its builds with counts the answers here: it goes on
 * when another version of this bundle takes over, because the core keeps it for the sandbox.
 *
 * <pre>{@code
 * "handlers": { "com.example.host-name": { "node": "build-7", "release": "6.12.0" } }
 * }</pre>
 */
@Component
@Handler(name = HostName.NAME, stage = Stage.ANSWER)
@Traps("uname")
public final class HostName implements SyscallHandler {

    static final String NAME = "com.example.host-name";

    /** Which version of this handler answered. */
    static final String EDITION = "example-1";

    /** struct new_utsname has six texts of this length, each with a NUL at its end (uname(2)). */
    static final int FIELD = 65;

    @Override
    public Verdict handle(Call call, Chain chain) {
        long count = (Long) call.state().update("answers", old -> old == null ? 1L : (Long) old + 1);
        return Verdict.value(0).writing(0, names(call.sandbox().settings(NAME), "#" + count + " " + EDITION));
    }

    private static Bytes names(Settings settings, String version) {
        List<String> names = List.of(
                "Linux",
                settings.text("node", "sandbox"),
                settings.text("release", "6.12.0"),
                version,
                settings.text("machine", "x86_64"),
                "(none)");
        byte[] struct = new byte[names.size() * FIELD];
        for (int i = 0; i < names.size(); i++) {
            byte[] name = Bytes.utf8(names.get(i)).toArray();
            System.arraycopy(name, 0, struct, i * FIELD, Math.min(name.length, FIELD - 1));
        }
        return Bytes.of(struct);
    }
}
