package org.sluice.policy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sluice.policy.json.Node;
import org.sluice.policy.trust.BundleVerifiers;
import org.sluice.policy.trust.SignerIdentity;
import org.sluice.policy.trust.TrustedBundles;

/** The key {@code sigstore} of {@code openat.trusted}: whose Sigstore bundles are accepted, by which trusted root. */
final class SigstoreSection {

    /** The key of the section. */
    static final String KEY = "sigstore";

    static final String ROOT = "root";
    static final String IDENTITIES = "identities";
    static final String BUNDLES = "bundles";
    static final String ISSUER = "issuer";
    static final String SUBJECT = "subject";

    static final Set<String> ALL = Set.of(ROOT, IDENTITIES, BUNDLES);
    static final Set<String> IDENTITY = Set.of(ISSUER, SUBJECT);

    private static final String NAME = "openat.trusted.sigstore";
    private static final String USUAL_ENDING = ".sigstore.json";

    private SigstoreSection() {}

    /** Checks what needs no file system. */
    static void check(Document document, Node node) {
        Node.Obj section = document.object(node, "'" + NAME + "'");
        document.keys(section, "'" + NAME + "'", ALL);
        for (String key : List.of(ROOT, IDENTITIES)) {
            if (!section.members().containsKey(key)) {
                throw document.error(node.line(), "'" + NAME + "' needs its '" + key + "'");
            }
        }
        section.members().forEach((key, member) -> {
            String what = "'" + NAME + "." + key + "'";
            switch (key) {
                case ROOT -> {
                    if (!Variables.strip(document.text(member.value(), what)).startsWith("/")) {
                        throw document.error(member.line(), what + " is a path that begins with / or a variable");
                    }
                }
                case IDENTITIES -> {
                    List<Node> identities = document.list(member.value(), what);
                    if (identities.isEmpty()) {
                        throw document.error(member.line(), what + " is empty, so nobody would be trusted");
                    }
                    identities.forEach(each -> checkIdentity(document, each, "an entry of " + what));
                }
                default -> TrustSection.checkEnding(document, member, what);
            }
        });
    }

    private static void checkIdentity(Document document, Node node, String what) {
        Node.Obj identity = document.object(node, what);
        document.keys(identity, what, IDENTITY);
        for (String key : List.of(ISSUER, SUBJECT)) {
            Node.@Nullable Member member = identity.members().get(key);
            if (member == null
                    || document.text(member.value(), "'" + key + "' of " + what).isEmpty()) {
                throw document.error(node.line(), what + " needs its '" + key + "', as the certificate has it");
            }
        }
    }

    /** With variables replaced. */
    static Map<String, Object> expand(Map<?, ?> section, Map<String, Path> values) {
        Map<String, Object> expanded = new LinkedHashMap<>();
        section.forEach((key, value) -> expanded.put(
                key.toString(), key.equals(ROOT) ? Variables.expand(String.valueOf(value), values) : value));
        return expanded;
    }

    /** The section in {@code openat.trusted}, if it is there. */
    static Optional<Map<?, ?>> of(Map<?, ?> trusted) {
        @Nullable Object section = trusted.get(KEY);
        return section instanceof Map<?, ?> map ? Optional.of(map) : Optional.empty();
    }

    /** The file of the trusted root, of an expanded section. */
    static Path root(Map<?, ?> section) {
        return Path.of(text(section, ROOT));
    }

    /**
     * Reads the trusted root of an expanded section.
     *
     * @throws PolicyException if it cannot be used, or nobody can verify bundles
     */
    static TrustedBundles load(Map<?, ?> section, BundleVerifiers verifiers) {
        List<SignerIdentity> identities = new ArrayList<>();
        if (section.get(IDENTITIES) instanceof List<?> list) {
            for (Object each : list) {
                if (each instanceof Map<?, ?> map) {
                    identities.add(new SignerIdentity(text(map, ISSUER), text(map, SUBJECT)));
                }
            }
        }
        if (identities.isEmpty()) {
            throw new PolicyException(NAME + "." + IDENTITIES + " is empty, so nobody would be trusted; add one");
        }
        byte[] root = TrustSection.read(KEY + "." + ROOT, text(section, ROOT));
        @Nullable Object ending = section.get(BUNDLES);
        return new TrustedBundles(
                verifiers.open(text(section, ROOT), root, identities),
                identities,
                ending == null ? USUAL_ENDING : ending.toString());
    }

    private static String text(Map<?, ?> section, String key) {
        @Nullable Object value = section.get(key);
        if (value == null || value.toString().isEmpty()) {
            throw new PolicyException(NAME + " needs its '" + key + "'");
        }
        return value.toString();
    }
}
