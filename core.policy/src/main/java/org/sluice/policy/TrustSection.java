package org.sluice.policy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.FileRules.Response;
import org.sluice.notify.Settings;
import org.sluice.policy.json.Node;
import org.sluice.policy.trust.BundleVerifiers;
import org.sluice.policy.trust.TrustPattern;
import org.sluice.policy.trust.TrustRoots;
import org.sluice.policy.trust.TrustedBundles;
import org.sluice.policy.trust.TrustedFiles;
import org.sluice.policy.trust.TrustedKey;

/**
 * The key {@code trusted} of the file broker's section: which files have to be trusted, and by what. Keys, lists and
 * the trusted root are read when a sandbox starts, once; what becomes of their files later changes nothing.
 */
final class TrustSection {

    /** The key of the section. */
    static final String KEY = "trusted";

    static final String FILES = "files";
    static final String MODE = "mode";
    static final String KEYS = "keys";
    static final String LISTS = "lists";
    static final String SIGNATURES = "signatures";

    static final Set<String> ALL = Set.of(FILES, MODE, KEYS, LISTS, SIGNATURES, SigstoreSection.KEY);
    static final List<String> MODES = List.of("deny", "warn", "audit");

    private static final String USUAL_ENDING = ".sig";
    private static final String INLINE = "-----BEGIN ";
    private static final int LONGEST_LIST = 16 << 20;

    private TrustSection() {}

    /** Checks what needs no file system. */
    static void check(Document document, Node node) {
        Node.Obj section = document.object(node, "'openat.trusted'");
        document.keys(section, "'openat.trusted'", ALL);
        if (!section.members().containsKey(FILES)) {
            throw document.error(node.line(), "'openat.trusted' needs its 'files', such as [\"**/AGENTS.md\"]");
        }
        section.members().forEach((key, member) -> {
            String what = "'openat.trusted." + key + "'";
            switch (key) {
                case FILES ->
                    document.texts(member.value(), what, text -> pattern(text, Variables.strip(rooted(text))));
                case KEYS, LISTS -> document.texts(member.value(), what, TrustSection::checkPath);
                case MODE -> {
                    String mode = document.text(member.value(), what);
                    document.checked(member.line(), () -> Choices.check("openat.trusted.mode", mode, MODES));
                }
                case SigstoreSection.KEY -> SigstoreSection.check(document, member.value());
                default -> checkEnding(document, member, what);
            }
        });
    }

    /** Checks what a name has after the name of a file that it belongs to. */
    static void checkEnding(Document document, Node.Member member, String what) {
        if (!document.text(member.value(), what).matches("\\.[^/\\x00]+")) {
            throw document.error(member.line(), what + " is the ending of a name such as \".sig\"");
        }
    }

    private static void checkPath(String text) {
        if (!text.startsWith(INLINE) && !Variables.strip(text).startsWith("/")) {
            throw new PolicyException(
                    "'" + text + "' is no path that begins with / or a variable, nor the text of a key in PEM");
        }
    }

    private static TrustPattern pattern(String text, String absolute) {
        try {
            return TrustPattern.parse(absolute, PathRules.folder(absolute));
        } catch (PolicyException e) {
            throw new PolicyException("in '" + text + "': " + e.getMessage(), e);
        }
    }

    /** What begins with no folder is below the working directory. */
    private static String rooted(String text) {
        return text.startsWith("/") || text.startsWith("$") ? text : "$CWD/" + text;
    }

    /** With variables replaced, and the links in the folders of patterns resolved. */
    static Map<String, Object> expand(Map<?, ?> section, Map<String, Path> values) {
        Map<String, Object> expanded = new LinkedHashMap<>();
        section.forEach((key, value) -> expanded.put(
                key.toString(),
                switch (key.toString()) {
                    case FILES ->
                        texts(value).stream()
                                .map(text -> PathRules.canonical(rooted(text), values))
                                .toList();
                    case KEYS, LISTS ->
                        texts(value).stream()
                                .map(text -> text.startsWith(INLINE) ? text : Variables.expand(text, values))
                                .toList();
                    case SigstoreSection.KEY ->
                        value instanceof Map<?, ?> map ? SigstoreSection.expand(map, values) : value;
                    default -> value;
                }));
        return expanded;
    }

    /** The files that hold keys and are not in the profile itself, and the trusted root's, of an expanded section. */
    static List<Path> keyFiles(Map<?, ?> section) {
        return Stream.concat(
                        texts(section.get(KEYS)).stream()
                                .filter(text -> !text.startsWith(INLINE))
                                .map(Path::of),
                        SigstoreSection.of(section).map(SigstoreSection::root).stream())
                .toList();
    }

    /**
     * Reads keys, lists and the trusted root of an expanded section.
     *
     * @param verifiers asked if there is a root
     * @throws PolicyException for the first that cannot be used
     */
    static TrustedFiles load(Map<?, ?> section, BundleVerifiers verifiers) {
        Response response = Response.valueOf(text(section, MODE, "deny").toUpperCase(Locale.ROOT));
        List<TrustPattern> patterns = texts(section.get(FILES)).stream()
                .map(text -> pattern(text, text))
                .toList();
        List<TrustedKey> keys = new ArrayList<>();
        for (String key : texts(section.get(KEYS))) {
            keys.add(
                    key.startsWith(INLINE)
                            ? TrustedKey.parse("key " + (keys.size() + 1), key)
                            : TrustedKey.parse(key, new String(read(KEYS, key), StandardCharsets.UTF_8)));
        }
        Optional<TrustedBundles> bundles =
                SigstoreSection.of(section).map(each -> SigstoreSection.load(each, verifiers));
        TrustRoots roots = new TrustRoots(keys, Set.of(), text(section, SIGNATURES, USUAL_ENDING), bundles);
        List<String> lists = texts(section.get(LISTS));
        if (keys.isEmpty() && (!lists.isEmpty() || (response == Response.DENY && bundles.isEmpty()))) {
            throw new PolicyException(
                    "openat.trusted has no 'keys', so nothing could be verified; add the public key that" + " signs "
                            + (lists.isEmpty() ? "the files, or set \"mode\": \"audit\"" : "the lists"));
        }
        for (String list : lists) {
            roots = roots.with(list, read(LISTS, list), read(LISTS, list + roots.ending()));
        }
        return new TrustedFiles(patterns, response, roots);
    }

    /** What a file has that the section names. */
    static byte[] read(String key, String file) {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            byte[] bytes = in.readNBytes(LONGEST_LIST + 1);
            if (bytes.length > LONGEST_LIST) {
                throw new PolicyException(
                        "openat.trusted." + key + ": " + file + " is longer than " + LONGEST_LIST + " bytes");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new PolicyException(
                    "openat.trusted." + key + ": there is no file " + file + "; create it or leave it out", e);
        } catch (IOException e) {
            throw new PolicyException("openat.trusted." + key + ": cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** The section of a profile, if it has one. */
    static Optional<Map<?, ?>> of(Profile profile) {
        return of(profile.settings(BrokerSection.HANDLER));
    }

    /** In the section of the file broker. */
    static Optional<Map<?, ?>> of(Settings broker) {
        @Nullable Object section = broker.values().get(KEY);
        return section instanceof Map<?, ?> map ? Optional.of(map) : Optional.empty();
    }

    private static String text(Map<?, ?> section, String key, String otherwise) {
        @Nullable Object value = section.get(key);
        return value == null ? otherwise : value.toString();
    }

    private static List<String> texts(@Nullable Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }
}
