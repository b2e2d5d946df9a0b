package org.sluice.core.sandbox;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.sluice.core.StartException;
import org.sluice.policy.Profile;

/**
 * The limits of a profile: {@code time} is kept by the supervisor, what setrlimit(2) knows by the kernel. Memory and
 * processes of a whole sandbox can be counted by a control group alone, and this version makes none, so they are refused:
 * RLIMIT_NPROC counts the user's processes outside the sandbox too and does not bind root, RLIMIT_AS holds for each
 * process.
 */
final class Limits {

    private static final String TIME = "time";

    private Limits() {}

    /**
     * Refuses what cannot be kept.
     *
     * @throws StartException that names the limit and what to use instead
     */
    static void require(Profile profile) {
        refuse(profile, "memory", "the limit 'as' bounds the address space of each process");
        refuse(profile, "processes", "the limit 'nproc' bounds all processes of this user");
        CommandPlan.limits(resources(profile, Map.of()));
    }

    private static void refuse(Profile profile, String limit, String instead) {
        if (profile.limits().containsKey(limit)) {
            throw new StartException(
                    StartException.Kind.SUPERVISOR,
                    "profile " + profile.name() + ": the limit '" + limit
                            + "' needs a control group, which this version does not make; take it out (" + instead
                            + ")");
        }
    }

    /** How long the sandbox may run, in milliseconds; empty for ever. */
    static OptionalLong millis(Profile profile) {
        Long millis = profile.limits().get(TIME);
        return millis == null ? OptionalLong.empty() : OptionalLong.of(millis);
    }

    /** The limits of setrlimit(2) for one command, whose own are stronger. */
    static Map<String, Long> resources(Profile profile, Map<String, Long> commands) {
        Map<String, Long> limits = new HashMap<>(profile.limits());
        limits.remove(TIME);
        limits.putAll(commands);
        return limits;
    }
}
