package org.sluice.policy;

import org.jspecify.annotations.Nullable;
import org.sluice.notify.Address;
import org.sluice.notify.Rule;
import org.sluice.notify.Rules.Decision;
import org.sluice.policy.pattern.AddressPattern;

/**
 * A compiled rule. A rule for net/connect speaks for net/send as well: who may connect a datagram socket to an address
 * reaches it without ever naming it in a send.
 */
final class Entry {

    static final int CONNECT = 1;
    static final int BIND = 2;
    static final int SEND = 4;

    /** ::ffff:127.0.0.1 and ::1, where Linux takes a connection to 0.0.0.0 and to ::. */
    private static final long LOOPBACK4 = 0xffff_7f00_0001L;

    private static final long LOOPBACK6 = 1;

    private final Rule rule;
    private final String source;
    private final AddressPattern pattern;
    private final int operations;

    /** Made when it is first wanted: most of what is learned never decides. */
    private volatile @Nullable Decision allowed;

    Entry(Rule rule, String source) {
        this.rule = rule;
        this.source = source;
        this.pattern = RuleText.compile(rule);
        this.operations = switch (rule.operation()) {
            case Rule.CONNECT -> CONNECT | SEND;
            case Rule.BIND -> BIND;
            default -> SEND;
        };
    }

    static int operation(String name) {
        return switch (name) {
            case Rule.CONNECT -> CONNECT;
            case Rule.BIND -> BIND;
            case Rule.SEND -> SEND;
            default -> 0;
        };
    }

    Rule rule() {
        return rule;
    }

    String source() {
        return source;
    }

    /** The rule and where it came from. */
    String describe() {
        return rule + " (" + source + ")";
    }

    /** The decision of an allow rule. */
    Decision allowed() {
        Decision known = allowed;
        if (known == null) {
            known = new Decision(true, true, describe(), "");
            allowed = known;
        }
        return known;
    }

    /** Whether the rule speaks of this operation and address. */
    boolean matches(int operation, Address address) {
        if ((operations & operation) == 0) {
            return false;
        }
        if (address instanceof Address.Inet inet) {
            return matchesIp(operation, AddressPattern.high(inet), AddressPattern.low(inet), inet.port());
        }
        if (address instanceof Address.UnixPath unix) {
            return pattern.matchesPath(unix.path());
        }
        if (address instanceof Address.UnixAbstract unix) {
            return pattern.matchesAbstract(unix.name());
        }
        return address instanceof Address.UnixUnnamed && pattern.matchesUnnamed();
    }

    private boolean matchesIp(int operation, long high, long low, int port) {
        if (pattern.matchesIp(high, low, port)) {
            return true;
        }
        if (operation == BIND || high != 0) {
            return false;
        }
        if (low == 0xffff_0000_0000L) {
            return pattern.matchesIp(0, LOOPBACK4, port);
        }
        return low == 0 && pattern.matchesIp(0, LOOPBACK6, port);
    }
}
