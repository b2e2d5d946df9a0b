package org.sluice.policy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Rule;
import org.sluice.notify.Rules.Decision;
import org.sluice.policy.trust.BundleVerifiers;

/** Says which rule decides an operation, in words. */
public final class Why {

    /** What can be asked about. */
    public static final List<String> OPERATIONS = List.of("connect", "bind", "send", "unix", "open");

    private Why() {}

    /**
     * An answer.
     *
     * @param allowed whether it is allowed; for {@code unix} whether connecting is, for {@code open} whether reading is
     * @param text one or two lines for people, without a last newline
     */
    public record Answer(boolean allowed, String text) {}

    /**
     * What a supervisor knows besides a profile.
     *
     * @param premises its own places
     * @param answers what was answered for good when somebody was asked
     * @param verifiers who verifies Sigstore bundles
     */
    public record Surroundings(List<Path> premises, Answers answers, BundleVerifiers verifiers) {

        /** Of no supervisor. */
        public static final Surroundings NONE = new Surroundings(List.of(), (path, reads, writes) -> Optional.empty());

        /** Copies. */
        public Surroundings {
            premises = List.copyOf(premises);
        }

        /** Where nobody verifies Sigstore bundles. */
        public Surroundings(List<Path> premises, Answers answers) {
            this(premises, answers, BundleVerifiers.NONE);
        }
    }

    /** What was answered for good. */
    @FunctionalInterface
    public interface Answers {

        /** The answer about an access to a canonical path under the profile; empty if there is none. */
        Optional<Boolean> about(Bytes path, boolean reads, boolean writes);
    }

    /**
     * What a profile says, before anything was learned.
     *
     * @param profile expanded with {@link Profile#expand}
     * @param operation one of {@link #OPERATIONS}
     * @param target an address such as {@code 192.0.2.1!443}, or a path
     * @throws PolicyException if the question cannot be read
     */
    public static Answer why(Profile profile, String operation, String target) {
        return why(profile, operation, target, Surroundings.NONE);
    }

    /**
     * The same where more is known than the profile says.
     *
     * @throws PolicyException as above
     */
    public static Answer why(Profile profile, String operation, String target, Surroundings surroundings) {
        if (operation.equals("open")) {
            return new WhyOpen(profile, surroundings).answer(target);
        }
        return why(new RuleSet(profile, socket -> false), operation, target);
    }

    /**
     * What the rules of a running sandbox say now; files are in its profile.
     *
     * @param operation one of {@link #OPERATIONS} but {@code open}
     * @throws PolicyException if the question cannot be read
     */
    public static Answer why(RuleSet rules, String operation, String target) {
        switch (operation) {
            case "connect", "bind", "send" -> {
                return decide(rules, "net/" + operation, address(target));
            }
            case "unix" -> {
                Address address = address(target);
                if (address instanceof Address.Inet) {
                    throw new PolicyException("'" + target + "' is no Unix socket; ask: connect " + target);
                }
                Answer connect = decide(rules, Rule.CONNECT, address);
                Answer bind = decide(rules, Rule.BIND, address);
                return new Answer(connect.allowed(), connect.text() + "\n" + bind.text());
            }
            default ->
                throw new PolicyException(
                        Choices.unknown("why: unknown operation '" + operation + "'", operation, OPERATIONS)
                                + "; ask: sluice why connect 192.0.2.1!443");
        }
    }

    /** A path is compared by its canonical name, so links in its folder are resolved first. */
    private static Address address(String target) {
        return AddressText.parse(target.startsWith("/") ? real(Path.of(target)).toString() : target);
    }

    private static Answer decide(RuleSet rules, String operation, Address address) {
        Decision decision = rules.decide(operation, address);
        if (operation.equals(Rule.BIND) && isConfined(rules, decision, address)) {
            return new Answer(
                    true,
                    operation + " " + address + " is allowed on loopback only: "
                            + rules.decide(operation, ((Address.Inet) address).loopback())
                                    .reason()
                            + "\n  to open it to the network: " + decision.remedy());
        }
        StringBuilder text = new StringBuilder(operation)
                .append(' ')
                .append(address)
                .append(decision.allowed() ? " is allowed: " : " is denied: ")
                .append(decision.reason());
        if (!decision.remedy().isEmpty()) {
            text.append("\n  to allow it: ").append(decision.remedy());
        }
        return new Answer(decision.allowed(), text.toString());
    }

    /** The handler that decides binds keeps such a socket to loopback instead of denying it. */
    private static boolean isConfined(RuleSet rules, Decision decision, Address address) {
        return !decision.allowed()
                && !decision.explicit()
                && address instanceof Address.Inet inet
                && inet.isWildcard()
                && rules.decide(Rule.BIND, inet.loopback()).allowed();
    }

    /** The path without links, as far as it exists. */
    static Path real(Path path) {
        Path plain = path.normalize();
        try {
            return plain.toRealPath();
        } catch (IOException e) {
            Path parent = plain.getParent();
            Path name = plain.getFileName();
            return parent == null || name == null ? plain : real(parent).resolve(name);
        }
    }
}
