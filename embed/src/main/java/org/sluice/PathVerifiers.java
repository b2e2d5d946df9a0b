package org.sluice;

import java.util.List;
import java.util.ServiceLoader;
import org.sluice.policy.PolicyException;
import org.sluice.policy.trust.BundleVerifier;
import org.sluice.policy.trust.BundleVerifiers;
import org.sluice.policy.trust.SignerIdentity;

/** Whoever verifies Sigstore bundles on the class path, looked for when a profile needs it. */
final class PathVerifiers implements BundleVerifiers {

    @Override
    public BundleVerifier open(String name, byte[] root, List<SignerIdentity> identities) {
        return ServiceLoader.load(BundleVerifiers.class, BundleVerifiers.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new PolicyException("openat.trusted.sigstore: nothing on the class path verifies"
                        + " Sigstore bundles; add org.sluice:trust.sigstore, or take the key out of the profile"))
                .open(name, root, identities);
    }
}
