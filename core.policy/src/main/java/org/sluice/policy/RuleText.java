package org.sluice.policy;

import java.util.List;
import org.sluice.notify.Rule;
import org.sluice.policy.pattern.AddressPattern;
import org.sluice.policy.pattern.PatternException;

/** Rules as people write them: {@code allow net/connect 192.0.2.0/24!80-90}. */
public final class RuleText {

    static final List<String> OPERATIONS = List.of(Rule.CONNECT, Rule.BIND, Rule.SEND);

    private static final String EXAMPLE = "write it as: allow net/connect 192.0.2.0/24!443";

    private RuleText() {}

    /**
     * Reads {@code allow|deny OPERATION PATTERN}; {@code net/} may be left out. The pattern runs to the end and may hold
     * spaces. It is checked as {@link #check} does.
     *
     * @throws PolicyException if it cannot be read; the message names the rule, the position and an example
     */
    public static Rule parse(String text) {
        String[] words = text.stripLeading().split("\\s+", 3);
        if (words.length < 3) {
            throw new PolicyException("rule '" + text + "' has no three parts; " + EXAMPLE);
        }
        if (!words[0].equals("allow") && !words[0].equals("deny")) {
            throw new PolicyException(
                    "rule '" + text + "', position 1: '" + words[0] + "' is neither allow nor deny; " + EXAMPLE);
        }
        String operation = words[1].startsWith("net/") ? words[1] : "net/" + words[1];
        if (!OPERATIONS.contains(operation)) {
            throw new PolicyException("rule '" + text + "', position " + (text.indexOf(words[1]) + 1) + ": '" + words[1]
                    + "' is none of net/connect, net/bind and net/send; " + EXAMPLE);
        }
        Rule rule = new Rule(words[0].equals("allow"), operation, pattern(words[2]));
        check(rule);
        return rule;
    }

    /** A name may end in a space, an IP pattern does not. */
    private static String pattern(String text) {
        return text.startsWith("/") || text.startsWith("@") ? text : text.strip();
    }

    /**
     * Checks the pattern of a rule. One that begins with {@code $CWD}, {@code $TMP} or {@code $HOME} is checked as the path
     * that it will become.
     *
     * @throws PolicyException if it cannot be read
     */
    public static void check(Rule rule) {
        compile(new Rule(rule.allow(), rule.operation(), Variables.strip(rule.pattern())));
    }

    /** Whether the rule speaks of IP addresses. */
    static boolean isIp(Rule rule) {
        String pattern = rule.pattern();
        return !pattern.equals("!unnamed") && "/@$".indexOf(pattern.charAt(0)) < 0;
    }

    static AddressPattern compile(Rule rule) {
        if (!OPERATIONS.contains(rule.operation())) {
            throw new PolicyException(
                    "rule '" + rule + "': the operation is none of net/connect, net/bind and net/send");
        }
        try {
            return AddressPattern.parse(rule.pattern());
        } catch (PatternException e) {
            throw new PolicyException(
                    "rule '" + rule + "', pattern '" + rule.pattern() + "' at position " + (e.position() + 1) + ": "
                            + e.getMessage(),
                    e);
        }
    }
}
