package org.sluice.policy.trust;

import java.util.List;

/**
 * The Sigstore bundles by which a content is trusted. Immutable.
 *
 * @param verifier judges them
 * @param identities whose are accepted, for people
 * @param ending what the name of a bundle has after the name of what it signs
 */
public record TrustedBundles(BundleVerifier verifier, List<SignerIdentity> identities, String ending) {

    /** The longest bundle that is read, in bytes: about ten times what signing a file makes. */
    public static final int LONGEST = 128 << 10;

    /** Copies. */
    public TrustedBundles {
        identities = List.copyOf(identities);
    }
}
