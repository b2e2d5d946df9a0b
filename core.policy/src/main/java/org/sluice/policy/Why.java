package org.sluice.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.FileRules;
import org.sluice.notify.Rule;
import org.sluice.notify.Rules.Decision;
import org.sluice.policy.trust.TrustedFiles;

/** Says which rule decides an operation, in words. */
public final class Why {

    /** What can be asked about. */
    public static final List<String> OPERATIONS = List.of("connect", "bind", "send", "unix", "open");

    private static final int S_IFREG = 0100000;

    private Why() {}

    /**
     * An answer.
     *
     * @param allowed whether it is allowed; for {@code unix} whether connecting is, for {@code open} whether reading is
     * @param text one or two lines for people, without a last newline
     */
    public record Answer(boolean allowed, String text) {}

    /**
     * What a profile says, before anything was learned.
     *
     * @param profile expanded with {@link Profile#expand}
     * @param operation one of {@link #OPERATIONS}
     * @param target an address such as {@code 192.0.2.1!443}, or a path
     * @throws PolicyException if the question cannot be read
     */
    public static Answer why(Profile profile, String operation, String target) {
        if (operation.equals("open")) {
            return open(profile, target);
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

    private static Answer open(Profile profile, String target) {
        if (!target.startsWith("/")) {
            throw new PolicyException("open: '" + target + "' is no absolute path; ask: sluice why open /etc/hosts");
        }
        Path path = real(Path.of(target));
        Profile.@Nullable FileGrant read = null;
        Profile.@Nullable FileGrant write = null;
        for (Profile.FileGrant grant : profile.files()) {
            if (path.startsWith(real(Path.of(grant.path())))) {
                read = longer(read, grant);
                write = grant.write() ? longer(write, grant) : write;
            }
        }
        String text = line("reading", path, read, "--read") + "\n" + line("writing", path, write, "--write");
        return new Answer(read != null, text + "\n  the file's own permissions hold as well" + trusted(profile, path));
    }

    /** Of a file with several names it says so too, since each may be one that matches. */
    private static String trusted(Profile profile, Path path) {
        Optional<TrustedFiles> files = BrokerSection.of(profile).trusted();
        boolean concerned = files.isPresent() && files.get().concern(Bytes.utf8(path.toString()), S_IFREG, names(path));
        return concerned
                ? "\n  it is an instruction file: it is read as it was verified"
                        + (files.get().response() == FileRules.Response.DENY ? ", or not at all" : "")
                        + " (openat.trusted, mode "
                        + files.get().response().name().toLowerCase(Locale.ROOT) + ")"
                : "";
    }

    private static long names(Path path) {
        try {
            return Files.getAttribute(path, "unix:nlink") instanceof Number number && Files.isRegularFile(path)
                    ? number.longValue()
                    : 1;
        } catch (IOException e) {
            // What is not there has no other name either.
            return 1;
        }
    }

    private static Profile.FileGrant longer(Profile.@Nullable FileGrant best, Profile.FileGrant grant) {
        return best == null || grant.path().length() > best.path().length() ? grant : best;
    }

    private static String line(String what, Path path, Profile.@Nullable FileGrant grant, String flag) {
        String name = Bytes.utf8(path.toString()).toString();
        return grant == null
                ? what + " " + name + " is denied: no grant\n  to allow it: " + flag + " "
                        + ShellText.quote(path.toString())
                : what + " " + name + " is allowed: the grant of " + grant.path()
                        + (grant.write() ? " (write)" : " (read)");
    }

    /** The path without links, as far as it exists. */
    private static Path real(Path path) {
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
