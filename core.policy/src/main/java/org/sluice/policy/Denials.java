package org.sluice.policy;

import java.util.Set;
import org.sluice.notify.Address;
import org.sluice.notify.Rule;
import org.sluice.notify.Rules.Decision;

/** What a denied target's owner is told: the reason, and the flag that would allow it. */
final class Denials {

    private static final Set<String> RESOLVERS = Set.of(
            "/run/systemd/resolve/io.systemd.Resolve",
            "/run/nscd/socket",
            "/var/run/nscd/socket",
            "/run/avahi-daemon/socket");

    private static final String LOOKUP = "; name lookup was denied; add ";

    private Denials() {}

    static Decision byAdministrator(Entry entry, String operation, Address address) {
        String lookup = isLookup(operation, address) ? "; name lookup was denied" : "";
        return new Decision(false, true, entry.describe() + lookup, "");
    }

    static Decision byRule(Entry entry, String operation, Address address, ConnectMode mode) {
        return denied(true, entry.describe(), operation, address, mode);
    }

    static Decision byDefault(String operation, Address address, boolean connectOnly, ConnectMode mode) {
        return denied(false, connectOnly ? "grant is connect only" : reason(address), operation, address, mode);
    }

    private static Decision denied(
            boolean explicit, String reason, String operation, Address address, ConnectMode mode) {
        String remedy = remedy(operation, address, mode);
        // Resolvers connect and send as they like, and a rule that allows connecting speaks for sends as well.
        String lookup = isLookup(operation, address) ? LOOKUP + remedy(Rule.CONNECT, address, mode) : "";
        return new Decision(false, explicit, reason + lookup, remedy);
    }

    private static String reason(Address address) {
        if (address instanceof Address.UnixAbstract) {
            return "abstract names are not granted";
        }
        if (address instanceof Address.UnixUnnamed) {
            return "unnamed";
        }
        if (isRelative(address)) {
            return "cannot be resolved";
        }
        return address instanceof Address.Other
                ? "address family " + address.family() + " cannot be granted"
                : "no grant";
    }

    /** The flag that allows exactly this, or nothing where no flag can. */
    private static String remedy(String operation, Address address, ConnectMode mode) {
        if (address instanceof Address.Other || isRelative(address)) {
            return "";
        }
        if (address instanceof Address.Inet inet) {
            return mode.remedy(operation) + "--allow-" + operation.substring("net/".length()) + " "
                    + ShellText.quote(inet.unmapped().toString());
        }
        String flag = operation.equals(Rule.BIND) ? "--unix-bind " : "--unix-connect ";
        return flag + ShellText.quote(Rule.literal(address));
    }

    private static boolean isRelative(Address address) {
        return address instanceof Address.UnixPath unix
                && (unix.path().isEmpty() || unix.path().at(0) != '/');
    }

    private static boolean isLookup(String operation, Address address) {
        if (operation.equals(Rule.BIND)) {
            return false;
        }
        if (address instanceof Address.Inet inet) {
            return inet.port() == 53;
        }
        return address instanceof Address.UnixPath unix
                && RESOLVERS.contains(unix.path().toString());
    }
}
