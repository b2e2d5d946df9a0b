package org.sluice.handler.unix;

import org.sluice.notify.Address;
import org.sluice.notify.Address.UnixAbstract;
import org.sluice.notify.Address.UnixUnnamed;
import org.sluice.notify.Denial;
import org.sluice.notify.Rule;
import org.sluice.notify.Rules;
import org.sluice.notify.Rules.Decision;

/** Puts a refusal into words: what was asked for, why not, and the flag that would allow it. */
final class Refusal {

    private static final int ENOENT = 2;
    private static final int EACCES = 13;
    private static final int ENOTDIR = 20;
    private static final int EINVAL = 22;
    private static final int ENAMETOOLONG = 36;
    private static final int ELOOP = 40;

    private Refusal() {}

    /** Why {@code rules} refused {@code operation} on {@code address}. */
    static Denial of(Rules rules, String operation, Address address, Decision decision) {
        String remedy = decision.remedy().isEmpty() ? flag(operation, address) : decision.remedy();
        return new Denial(operation, address.toString(), reason(rules, operation, address, decision), remedy);
    }

    /** A path that the supervisor could not follow for a reason that the target would not have met. */
    static Denial unresolved(String operation, Address address) {
        return new Denial(operation, address.toString(), "cannot be resolved", flag(operation, address));
    }

    /** Whether the kernel's own walk of a path ends with this errno (path_resolution(7)). */
    static boolean isAnswer(int errno) {
        return switch (errno) {
            case ENOENT, EACCES, ENOTDIR, EINVAL, ENAMETOOLONG, ELOOP -> true;
            default -> false;
        };
    }

    private static String reason(Rules rules, String operation, Address address, Decision decision) {
        if (decision.explicit()) {
            return decision.reason();
        }
        if (address instanceof UnixAbstract) {
            return "abstract names are not granted";
        }
        if (address instanceof UnixUnnamed) {
            return "unnamed";
        }
        boolean mayConnect = operation.equals(Rule.BIND)
                && rules.decide(Rule.CONNECT, address).allowed();
        return mayConnect ? "grant is connect only" : "no grant";
    }

    private static String flag(String operation, Address address) {
        return (operation.equals(Rule.BIND) ? "--unix-bind " : "--unix-connect ") + quoted(Rule.literal(address));
    }

    /** As a shell needs it: a name is quoted if it holds anything that a shell would touch. */
    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9_./@:+,=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
