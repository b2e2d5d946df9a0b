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

    private static final String LOOKUP = "name lookup was denied; add ";

    private Denials() {}

    static Decision byAdministrator(Entry entry, Address address) {
        return new Decision(false, true, entry.describe() + lookup(address, ""), "");
    }

    static Decision byRule(Entry entry, String operation, Address address) {
        String remedy = remedy(operation, address);
        return new Decision(false, true, entry.describe() + lookup(address, remedy), remedy);
    }

    static Decision byDefault(String operation, Address address, boolean connectOnly) {
        String remedy = remedy(operation, address);
        String reason = connectOnly ? "grant is connect only" : reason(address);
        return new Decision(false, false, reason + lookup(address, remedy), remedy);
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
    static String remedy(String operation, Address address) {
        if (address instanceof Address.Other || isRelative(address)) {
            return "";
        }
        if (address instanceof Address.Inet inet) {
            return "--allow-" + operation.substring("net/".length()) + " " + inet.unmapped();
        }
        String flag = operation.equals(Rule.BIND) ? "--unix-bind " : "--unix-connect ";
        return flag + ShellText.quote(Rule.literal(address));
    }

    private static boolean isRelative(Address address) {
        return address instanceof Address.UnixPath unix
                && (unix.path().isEmpty() || unix.path().at(0) != '/');
    }

    private static String lookup(Address address, String remedy) {
        if (!isResolver(address)) {
            return "";
        }
        return remedy.isEmpty() ? "; name lookup was denied" : "; " + LOOKUP + remedy;
    }

    private static boolean isResolver(Address address) {
        if (address instanceof Address.Inet inet) {
            return inet.port() == 53;
        }
        return address instanceof Address.UnixPath unix
                && RESOLVERS.contains(unix.path().toString());
    }
}
