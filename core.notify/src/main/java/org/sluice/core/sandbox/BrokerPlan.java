package org.sluice.core.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.sluice.core.StartException;
import org.sluice.notify.Bytes;
import org.sluice.policy.BrokerSection;
import org.sluice.policy.FileGrants;
import org.sluice.policy.Profile;
import org.sluice.policy.trust.BundleVerifiers;
import org.sluice.target.ProtectedPlaces;

/**
 * What the file broker of a sandbox serves beyond the Landlock domain, and what it never serves: the places that the profile
 * protects, and the supervisor's.
 *
 * @param grants what may be opened
 * @param hidden what never is, by whatever name
 */
record BrokerPlan(FileGrants grants, ProtectedPlaces hidden) {

    private static final String READS_ALL =
            "the kernel grants places where they may be, so every file that is read is opened by Sluice";

    /** A target that changes its user would get the files of the supervisor's. */
    private static final Set<String> CHANGE_USER = Set.of("CAP_SETUID", "CAP_SETGID");

    /**
     * Plans the broker of an expanded profile; without the broker nothing is served.
     *
     * @param verifiers asked if files are trusted by Sigstore bundles
     * @throws StartException for a protected place that the domain grants, since a grant of the kernel's cannot be taken back
     */
    static BrokerPlan of(Profile profile, DomainPlan.Domain domain, Premises premises, BundleVerifiers verifiers) {
        BrokerSection section = BrokerSection.of(profile, verifiers);
        if (!section.on()) {
            return new BrokerPlan(new FileGrants(domain.grants(), domain.served(), List.of()), ProtectedPlaces.NONE);
        }
        if (section.serves() && profile.capabilities().stream().anyMatch(CHANGE_USER::contains)) {
            throw refused("the file broker opens files as the user who runs Sluice, and with CAP_SETUID or CAP_SETGID"
                    + " the command could become another one; take these capabilities or 'handlers.openat' out");
        }
        section.trusted().ifPresent(files -> requireTrustworthy(profile, section, domain));
        section.hidden().forEach(place -> requireUngranted(place, domain));
        List<Path> hidden = new ArrayList<>(section.hidden());
        hidden.addAll(premises.places());
        List<Bytes> names =
                hidden.stream().map(path -> Bytes.utf8(path.toString())).toList();
        List<FileGrants.Grant> grants = new ArrayList<>(domain.served());
        grants.addAll(section.grants());
        return new BrokerPlan(
                new FileGrants(domain.grants(), grants, names, section.trusted()), new ProtectedPlaces(hidden));
    }

    /** What is said of files that have to be trusted; nothing where there are none. */
    List<String> describeTrusted() {
        return grants.trusted()
                .map(files -> {
                    List<String> lines = new ArrayList<>();
                    files.patterns().forEach(pattern -> lines.add(pattern.toString()));
                    lines.add(files.describe());
                    if (grants.isWatched()) {
                        lines.add(READS_ALL);
                    }
                    return lines;
                })
                .orElse(List.of());
    }

    private static void requireTrustworthy(Profile profile, BrokerSection section, DomainPlan.Domain domain) {
        if (!profile.capabilities().isEmpty()) {
            throw refused(
                    "'openat.trusted' has Sluice open files with the rights of a command without capabilities, and the"
                            + " profile keeps some; take 'capabilities' or 'openat.trusted' out");
        }
        List<FileGrants.Grant> grants = new ArrayList<>(domain.grants());
        grants.addAll(section.grants());
        for (Path file : section.keyFiles()) {
            for (FileGrants.Grant grant : grants) {
                if (grant.write() && file.startsWith(Path.of(grant.path().decode()))) {
                    throw refused("openat.trusted: the command may write " + file
                            + ", so it could trust itself the next time; move the file out of "
                            + grant.path().decode()
                            + " (the text of a key may also be in the profile)");
                }
            }
        }
    }

    private static void requireUngranted(Path place, DomainPlan.Domain domain) {
        for (FileGrants.Grant grant : domain.grants()) {
            Path granted = Path.of(grant.path().decode());
            if (place.startsWith(granted) || granted.startsWith(place)) {
                throw refused("cannot protect " + place + ": the profile grants " + granted
                        + " in 'files', which the kernel cannot take back in part; grant other folders there, or serve "
                        + granted + " by 'handlers.openat'");
            }
        }
    }

    private static StartException refused(String why) {
        return new StartException(StartException.Kind.SUPERVISOR, why);
    }
}
