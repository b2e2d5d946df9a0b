package org.sluice.core.ds;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.sluice.policy.PolicyException;
import org.sluice.policy.trust.BundleVerifier;
import org.sluice.policy.trust.BundleVerifiers;
import org.sluice.policy.trust.SignerIdentity;

/** Whoever verifies Sigstore bundles as a service, looked up when a sandbox needs it. A verifier outlives its service. */
final class ServiceVerifiers implements BundleVerifiers {

    private final BundleContext context;

    ServiceVerifiers(BundleContext context) {
        this.context = context;
    }

    @Override
    public BundleVerifier open(String name, byte[] root, List<SignerIdentity> identities) {
        ServiceReference<BundleVerifiers> reference = context.getServiceReference(BundleVerifiers.class);
        @Nullable BundleVerifiers verifiers = reference == null ? null : context.getService(reference);
        if (verifiers == null) {
            throw new PolicyException("openat.trusted.sigstore: nothing here verifies Sigstore bundles; install the"
                    + " bundle org.sluice.trust.sigstore, or take the key out of the profile");
        }
        return verifiers.open(name, root, identities);
    }
}
