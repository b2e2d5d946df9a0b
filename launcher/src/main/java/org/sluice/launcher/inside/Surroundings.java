package org.sluice.launcher.inside;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.sluice.core.Approvals;
import org.sluice.policy.Profile;
import org.sluice.policy.Why;

/** What this installation knows besides a profile: its own places, and what was answered for good. */
final class Surroundings {

    private Surroundings() {}

    /** Those of questions about one profile; {@code sigstore} starts what verifies Sigstore bundles. */
    static Why.Surroundings of(Profile profile, Runnable sigstore) {
        return new Why.Surroundings(
                paths("sluice.premises"),
                (path, reads, writes) -> paths("sluice.state").stream()
                        .findFirst()
                        .flatMap(state -> Approvals.remembered(state, profile.name(), path, reads, writes)),
                new InstalledVerifiers(context(), sigstore));
    }

    private static BundleContext context() {
        return FrameworkUtil.getBundle(Surroundings.class).getBundleContext();
    }

    private static List<Path> paths(String property) {
        @Nullable String value = context().getProperty(property);
        return Optional.ofNullable(value).stream()
                .flatMap(text -> Arrays.stream(text.split(":", -1)))
                .filter(text -> !text.isEmpty())
                .map(Path::of)
                .toList();
    }
}
