package org.sluice.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.sluice.notify.Bytes;
import org.sluice.notify.Settings;
import org.sluice.policy.trust.BundleVerifiers;
import org.sluice.policy.trust.TrustedFiles;

/**
 * The section of the file broker in an expanded profile, with its paths in the form in which files are compared. Immutable.
 *
 * @param on whether the profile has the broker at all
 * @param grants what is served
 * @param hidden what is never served
 * @param approvers who is asked about what no grant covers
 * @param trusted what is served only if its content is trusted
 * @param keyFiles where the keys and the trusted root are by which it is
 */
public record BrokerSection(
        boolean on,
        List<FileGrants.Grant> grants,
        List<Path> hidden,
        Approvers approvers,
        Optional<TrustedFiles> trusted,
        List<Path> keyFiles) {

    /** The handler's name. */
    public static final String HANDLER = "openat";

    static final String READ = "read";
    static final String WRITE = "write";
    static final String PROTECT = "protect";
    static final String APPROVE = "approve";

    /** The keys whose values are paths. */
    static final Set<String> PATHS = Set.of(READ, WRITE, PROTECT);

    /** Copies. */
    public BrokerSection {
        grants = List.copyOf(grants);
        hidden = List.copyOf(hidden);
        keyFiles = List.copyOf(keyFiles);
    }

    /**
     * Asks the file system for symbolic links in the paths, and reads keys, lists and the trusted root.
     *
     * @param verifiers asked if the section has files trusted by Sigstore bundles
     * @throws PolicyException if one of these cannot be used
     */
    public static BrokerSection of(Profile profile, BundleVerifiers verifiers) {
        Settings section = profile.settings(HANDLER);
        return new BrokerSection(
                profile.handlers().containsKey(HANDLER),
                FileGrants.united(names(section, READ), names(section, WRITE)),
                paths(section, PROTECT).toList(),
                Approvers.of(profile),
                TrustSection.of(profile).map(trusted -> TrustSection.load(trusted, verifiers)),
                TrustSection.of(profile).map(TrustSection::keyFiles).orElse(List.of()).stream()
                        .map(BrokerSection::real)
                        .toList());
    }

    /** Whether files may be opened in the sandbox's place at all. */
    public boolean serves() {
        return !grants.isEmpty() || approvers.ask();
    }

    private static List<Bytes> names(Settings section, String key) {
        return paths(section, key)
                .map(path -> Bytes.utf8(path.toString()))
                .distinct()
                .toList();
    }

    private static Stream<Path> paths(Settings section, String key) {
        return section.texts(key).stream().map(text -> real(Path.of(text).normalize()));
    }

    /** Without links as far as it exists; what is still to be made has no other name. */
    static Path real(Path path) {
        Path parent = path.getParent();
        Path name = path.getFileName();
        if (parent == null || name == null) {
            return path;
        }
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                    ? path
                    : real(parent).resolve(name);
        }
    }
}
