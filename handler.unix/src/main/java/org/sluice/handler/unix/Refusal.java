package org.sluice.handler.unix;

import org.sluice.notify.Address;
import org.sluice.notify.Denial;
import org.sluice.notify.Rules.Decision;

/** Puts a refusal into words: what was asked for, why not, and what would allow it. */
final class Refusal {

    private static final int ENOENT = 2;
    private static final int EACCES = 13;
    private static final int ENOTDIR = 20;
    private static final int EINVAL = 22;
    private static final int ENAMETOOLONG = 36;
    private static final int ELOOP = 40;

    private Refusal() {}

    /** What the rules say; where they name no remedy there is none, as for what an administrator denied. */
    static Denial of(String operation, Address address, Decision decision) {
        return new Denial(operation, address.toString(), decision.reason(), decision.remedy());
    }

    /**
     * A path that the supervisor could not follow for a reason that the target would not have met. No grant helps: there is
     * no canonical name that one could match.
     */
    static Denial unresolved(String operation, Address address) {
        return new Denial(operation, address.toString(), "cannot be resolved", "");
    }

    /** Whether the kernel's own walk of a path ends with this errno (path_resolution(7)). */
    static boolean isAnswer(int errno) {
        return switch (errno) {
            case ENOENT, EACCES, ENOTDIR, EINVAL, ENAMETOOLONG, ELOOP -> true;
            default -> false;
        };
    }
}
