package org.sluice.policy;

import java.util.ArrayList;
import java.util.List;
import org.sluice.notify.Rule;
import org.sluice.notify.Settings;

/**
 * The modes of the handler that decides IP addresses, and what each makes of a profile's rules. {@link #PROXY} is written
 * as rules, so that everything that explains rules explains it as well.
 */
enum ConnectMode {
    /** The rules and defaults of the profile hold as they stand. */
    RULES("rules"),
    /** Connections go to a port of loopback, where a proxy listens; binds to the listed ports. Nothing else of IP. */
    PROXY("proxy"),
    /** IP addresses are left alone. */
    UNIX_ONLY("unix-only");

    /** The names, as profiles and flags spell them. */
    static final List<String> NAMES = List.of(RULES.word, PROXY.word, UNIX_ONLY.word);

    static final String HANDLER = "connect";

    private final String word;

    ConnectMode(String word) {
        this.word = word;
    }

    static ConnectMode of(Settings settings) {
        String word = settings.text("mode", RULES.word);
        Choices.check("connect.mode", word, NAMES);
        return values()[NAMES.indexOf(word)];
    }

    String word() {
        return word;
    }

    /** What holds where no rule matches. */
    Profile.Defaults defaults(Profile.Defaults of) {
        return switch (this) {
            case RULES -> of;
            case PROXY -> new Profile.Defaults("deny", "deny", "deny", of.unix());
            case UNIX_ONLY -> new Profile.Defaults("allow", "allow", "allow", of.unix());
        };
    }

    /** The rules that the mode stands for; those of the profile come behind them. */
    List<Entry> entries(Settings settings) {
        List<Entry> entries = new ArrayList<>();
        if (this == PROXY) {
            entries.add(new Entry(
                    new Rule(true, Rule.CONNECT, "loopback!" + settings.number("proxy", 0)), "connect.proxy"));
            for (String port : settings.texts("bind")) {
                entries.add(new Entry(new Rule(true, Rule.BIND, "any!" + port), "connect.bind"));
            }
        }
        return entries;
    }

    /** What a flag that allows an IP address needs before it, for it is refused in this mode. */
    String remedy(String operation) {
        return this == PROXY && !operation.equals(Rule.BIND) ? "--connect-mode rules " : "";
    }

    /**
     * Refuses what has no effect in this mode, or no sense.
     *
     * @param profile its name
     * @throws PolicyException naming the rule and where it stands
     */
    void check(String profile, Settings settings, List<Rule> rules, List<String> sources) {
        if (this == PROXY && settings.number("proxy", 0) == 0) {
            throw new PolicyException("profile '" + profile + "': connect.mode is proxy, and nothing says at which port"
                    + " of loopback the proxy listens; add \"proxy\": 3128, or use --proxy 3128");
        }
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            String where = "profile '" + profile + "': '" + rule + "' (" + sources.get(i) + ") ";
            if (!RuleText.isIp(rule)) {
                continue;
            }
            if (this == PROXY && rule.allow() && !rule.operation().equals(Rule.BIND)) {
                throw new PolicyException(where + "contradicts connect.mode proxy, in which only the proxy may be"
                        + " connected to; take the rule out or use --connect-mode rules");
            }
            if (this == UNIX_ONLY && !rule.allow()) {
                throw new PolicyException(where + "has no effect with connect.mode unix-only, which leaves IP addresses"
                        + " alone; take the rule out or use --connect-mode rules");
            }
        }
    }
}
