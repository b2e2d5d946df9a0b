package org.sluice.launcher.inside;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.sluice.policy.PolicyException;
import org.sluice.policy.trust.BundleVerifier;
import org.sluice.policy.trust.BundleVerifiers;
import org.sluice.policy.trust.SignerIdentity;

/**
 * Verifiers of Sigstore bundles, by the bundle of the distribution that is installed when somebody asks for the first time.
 * As a service it ranks below every other, so one that is there already is asked instead.
 */
final class InstalledVerifiers implements BundleVerifiers {

    private final BundleContext context;
    private final Runnable install;

    InstalledVerifiers(BundleContext context, Runnable install) {
        this.context = context;
        this.install = install;
    }

    /** Offers these to whoever starts a sandbox. */
    static void offer(BundleContext context, Runnable install) {
        context.registerService(
                BundleVerifiers.class,
                new InstalledVerifiers(context, install),
                FrameworkUtil.asDictionary(Map.of(Constants.SERVICE_RANKING, Integer.MIN_VALUE)));
    }

    @Override
    public BundleVerifier open(String name, byte[] root, List<SignerIdentity> identities) {
        install.run();
        ServiceReference<BundleVerifiers> reference = context.getServiceReference(BundleVerifiers.class);
        @Nullable BundleVerifiers best = reference == null ? null : context.getService(reference);
        if (best == null || best instanceof InstalledVerifiers) {
            throw new PolicyException(
                    "openat.trusted.sigstore: this distribution has no folder bundle/sigstore, so"
                            + " nothing here verifies Sigstore bundles; install a complete one, or take the key out of the profile");
        }
        return best.open(name, root, identities);
    }
}
