package org.sluice.policy;

import java.util.ArrayList;
import java.util.List;
import org.sluice.notify.Rule;

/** What a profile keeps a sandbox from, and what of it nobody can enforce. */
public final class Enforcement {

    private Enforcement() {}

    /**
     * What is in vain, for a start to refuse.
     *
     * @return for each a phrase that names what the profile says, why it is in vain, and the remedy; empty if there is none
     */
    public static List<String> missing(Profile profile) {
        List<String> missing = new ArrayList<>();
        if (profile.datagram().equals("any") && profile.handlers().containsKey("unix")) {
            String rule = ofUnix(profile.defaults(), profile.rules());
            if (!rule.isEmpty()) {
                missing.add(
                        rule + " together with datagram 'any', because nobody sees where Unix datagrams are sent, and"
                                + " the kernel keeps them to the grants only with Landlock ABI 9, which this version does not"
                                + " use; write --datagram rules or deny");
            }
        }
        return missing;
    }

    /** The first thing that keeps a sandbox from some Unix socket, or nothing. */
    static String ofUnix(Profile.Defaults defaults, List<Rule> rules) {
        return defaults.unix().equals("allow")
                ? deny(rules, false)
                : "the default '" + defaults.unix() + "' of Unix sockets";
    }

    /** The first thing that keeps a sandbox from some IP address, or nothing. */
    static String ofIp(Profile.Defaults defaults, List<Rule> rules) {
        for (String each : List.of(defaults.connect(), defaults.bind(), defaults.send())) {
            if (!each.equals("allow")) {
                return "the default '" + each + "' of IP addresses";
            }
        }
        return deny(rules, true);
    }

    private static String deny(List<Rule> rules, boolean ip) {
        return rules.stream()
                .filter(rule -> !rule.allow() && RuleText.isIp(rule) == ip)
                .findFirst()
                .map(rule -> "'" + rule + "'")
                .orElse("");
    }
}
