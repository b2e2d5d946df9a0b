package org.sluice.policy;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is asked where no grant covers a file: {@code --approve} and {@code handlers.openat.approve}. The text is a name, or
 * {@code all} or {@code any} and the names of a chain, divided by blanks. A name is {@code terminal}, {@code shell}, the URL
 * of a webhook, or in reverse-DNS form one that a bundle brings; {@code deny} alone is nobody. Immutable.
 *
 * @param all whether all of several have to say yes; else one of them is enough
 * @param names in the order of the text, none if nobody is asked
 */
public record Approvers(boolean all, List<String> names) {

    /** Nobody: what is not granted is denied. */
    public static final String DENY = "deny";

    /** The terminal that the supervisor was started on. */
    public static final String TERMINAL = "terminal";

    /** Whoever uses the shell of the supervisor. */
    public static final String SHELL = "shell";

    private static final String ALL = "all";
    private static final String ANY = "any";
    private static final Approvers NOBODY = new Approvers(false, List.of());
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /** Copies. */
    public Approvers {
        names = List.copyOf(names);
    }

    /** Those of a profile; nobody where it does not say, and where it has no file broker. */
    public static Approvers of(Profile profile) {
        return profile.handlers().containsKey(BrokerSection.HANDLER)
                ? parse(profile.settings(BrokerSection.HANDLER).text(BrokerSection.APPROVE, DENY))
                : NOBODY;
    }

    /**
     * Reads the text.
     *
     * @throws PolicyException if it cannot be read, with the remedy
     */
    public static Approvers parse(String text) {
        List<String> words = List.of(text.strip().split("\\s+"));
        if (words.equals(List.of(DENY))) {
            return NOBODY;
        }
        boolean chain = words.size() > 1;
        String first = words.get(0);
        if (chain && !first.equals(ALL) && !first.equals(ANY)) {
            throw new PolicyException("'" + text + "' names several; write 'any " + text + "' or 'all " + text + "'");
        }
        List<String> names = chain ? words.subList(1, words.size()) : words;
        names.forEach(Approvers::check);
        if (names.stream().distinct().count() < names.size()) {
            throw new PolicyException("'" + text + "' names one twice; leave the second out");
        }
        return new Approvers(first.equals(ALL), names);
    }

    /** Whether anybody is asked. */
    public boolean ask() {
        return !names.isEmpty();
    }

    /** Whether a name is the URL of a webhook. */
    public static boolean isUrl(String name) {
        return name.indexOf(':') > 0;
    }

    private static void check(String name) {
        if (isUrl(name)) {
            url(name);
        } else if (!name.equals(TERMINAL) && !name.equals(SHELL) && !name.matches("[a-z0-9-]+(\\.[a-z0-9-]+)+")) {
            throw new PolicyException("'" + name
                    + "' is nobody who could be asked; write terminal, shell, deny, a URL with https, or the name of a"
                    + " bundle's backend such as com.example.chat");
        }
    }

    /** An answer that others on the way could write is none. */
    private static void url(String text) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw new PolicyException("'" + text + "' is no URL: " + e.getReason(), e);
        }
        @Nullable String host = url.getHost();
        boolean secure = "https".equalsIgnoreCase(url.getScheme());
        boolean local = "http".equalsIgnoreCase(url.getScheme()) && host != null && LOOPBACK.contains(host);
        if (host == null || (!secure && !local)) {
            throw new PolicyException(
                    "'" + text + "': whoever is on the way could answer; write a URL with https, or http"
                            + " to 127.0.0.1, [::1] or localhost");
        }
        if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
            throw new PolicyException("'" + text + "': leave the part before @ or after # out; it would not be sent");
        }
    }

    @Override
    public String toString() {
        String joined = String.join(" ", names);
        return names.isEmpty() ? DENY : names.size() == 1 ? joined : (all ? ALL : ANY) + " " + joined;
    }
}
