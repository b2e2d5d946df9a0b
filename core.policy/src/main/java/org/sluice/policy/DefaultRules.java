package org.sluice.policy;

import org.sluice.notify.Address;
import org.sluice.notify.Rules.Decision;

/** What holds where no rule matches, with its decisions made once. */
final class DefaultRules {

    private final ConnectMode mode;
    private final Profile.Defaults defaults;
    private final Decision connect;
    private final Decision bind;
    private final Decision send;

    DefaultRules(Profile profile, ConnectMode mode) {
        this.mode = mode;
        this.defaults = mode.defaults(profile.defaults());
        this.connect = decision("connect", profile.name());
        this.bind = decision("bind", profile.name());
        this.send = decision("send", profile.name());
    }

    private static Decision decision(String operation, String profile) {
        return new Decision(true, false, "default of " + operation + " in profile " + profile, "");
    }

    /** One line for people. */
    String describe() {
        return "connect " + defaults.connect() + ", bind " + defaults.bind() + ", send " + defaults.send()
                + ", Unix sockets " + defaults.unix()
                + (mode == ConnectMode.RULES ? "" : " (connect.mode " + mode.word() + ")");
    }

    boolean allows(int operation, Address address) {
        if (address instanceof Address.Inet inet) {
            return switch (ip(operation)) {
                case "allow" -> true;
                case "loopback" -> inet.isLoopback() || (operation != Entry.BIND && inet.isWildcard());
                default -> false;
            };
        }
        return switch (defaults.unix()) {
            case "allow" -> address.family() == 1;
            case "own" ->
                operation == Entry.BIND
                        && (address instanceof Address.UnixPath || address instanceof Address.UnixUnnamed);
            default -> false;
        };
    }

    Decision allowed(int operation) {
        return operation == Entry.CONNECT ? connect : operation == Entry.BIND ? bind : send;
    }

    private String ip(int operation) {
        return operation == Entry.CONNECT
                ? defaults.connect()
                : operation == Entry.BIND ? defaults.bind() : defaults.send();
    }
}
