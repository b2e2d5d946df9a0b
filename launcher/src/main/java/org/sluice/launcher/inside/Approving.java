package org.sluice.launcher.inside;

import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.sluice.notify.ApprovalBackend;
import org.sluice.policy.Approvers;
import org.sluice.policy.Profile;

/** Who approves what a run asks for. */
final class Approving {

    private static final String BROKER = "openat";
    private static final String KEY = "approve";

    private Approving() {}

    /** The profile, which asks at the terminal if there is one and neither it nor a flag names somebody. */
    static Profile complete(Profile profile) {
        boolean open = profile.handlers().containsKey(BROKER)
                && !profile.settings(BROKER).values().containsKey(KEY);
        return open && Tty.exists() ? profile.with().approve(Approvers.TERMINAL).build() : profile;
    }

    /** Offers the terminal where the profile asks at it, or says that there is none. */
    static void offer(Profile profile, BundleContext context) {
        if (!profile.handlers().containsKey(BROKER)
                || !Approvers.of(profile).names().contains(Approvers.TERMINAL)) {
            return;
        }
        if (!Tty.exists()) {
            Console.say("there is no terminal to ask at, so what would be asked is denied; "
                    + "grant it with --read and --write, or name another with --approve");
        }
        context.registerService(
                ApprovalBackend.class,
                new TerminalBackend(),
                FrameworkUtil.asDictionary(Map.of(ApprovalBackend.NAME, Approvers.TERMINAL)));
    }
}
