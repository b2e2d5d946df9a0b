package org.sluice.policy.trust;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.sluice.policy.PolicyException;

/**
 * Makes verifiers of Sigstore bundles. What can do so is large and seldom asked for, so it stays outside the core: a bundle
 * offers it as a service of this type, on a class path it is found by {@link java.util.ServiceLoader}. Thread-safe.
 */
@ConsumerType
@FunctionalInterface
public interface BundleVerifiers {

    /** Where there is none. */
    BundleVerifiers NONE = (name, root, identities) -> {
        throw new PolicyException("openat.trusted.sigstore: nothing here verifies Sigstore bundles; take the key out");
    };

    /**
     * A verifier that trusts what {@code root} has, and nothing else.
     *
     * @param name of the root, for messages
     * @param root the text of a trusted root, in JSON (media type application/vnd.dev.sigstore.trustedroot+json)
     * @param identities whose signatures are accepted
     * @throws PolicyException if the root cannot be used, or nothing is there that could use it
     */
    BundleVerifier open(String name, byte[] root, List<SignerIdentity> identities);
}
