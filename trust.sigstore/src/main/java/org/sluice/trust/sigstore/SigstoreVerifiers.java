package org.sluice.trust.sigstore;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sigstore.KeylessVerifier;
import dev.sigstore.trustroot.SigstoreConfigurationException;
import dev.sigstore.trustroot.SigstoreTrustedRoot;
import dev.sigstore.trustroot.TransparencyLog;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.util.List;
import org.sluice.policy.PolicyException;
import org.sluice.policy.trust.BundleVerifier;
import org.sluice.policy.trust.BundleVerifiers;
import org.sluice.policy.trust.SignerIdentity;

/**
 * Verifiers by sigstore-java, with the trusted root that is given and none other: neither the one of the public instance nor
 * any that would be fetched (The Update Framework). A root that could never accept anything is refused at once.
 */
public final class SigstoreVerifiers implements BundleVerifiers {

    /** For the framework and {@link java.util.ServiceLoader}. */
    public SigstoreVerifiers() {}

    @Override
    public BundleVerifier open(String name, byte[] root, List<SignerIdentity> identities) {
        if (SoundJava.takesZerosForASignature()) {
            throw new PolicyException("openat.trusted.sigstore: Java " + System.getProperty("java.version")
                    + " takes zeros for an ECDSA signature of anything (CVE-2022-21449); update it");
        }
        return OwnLoader.with(() -> {
            try {
                SigstoreTrustedRoot trusted = SigstoreTrustedRoot.from(new ByteArrayInputStream(root));
                requireUsable(name, trusted);
                KeylessVerifier verifier = KeylessVerifier.builder()
                        .trustedRootProvider(() -> trusted)
                        .build();
                SigstoreVerifier made = new SigstoreVerifier(verifier, trusted, identities);
                // Hundreds of classes, which the first file would otherwise wait for.
                made.verify(new byte[0], "{}".getBytes(UTF_8));
                return made;
            } catch (PolicyException e) {
                throw e;
            } catch (SigstoreConfigurationException | GeneralSecurityException | RuntimeException e) {
                throw new PolicyException(message(name, "is no trusted root: " + Words.of(e)), e);
            }
        });
    }

    private static void requireUsable(String name, SigstoreTrustedRoot root) throws GeneralSecurityException {
        if (root.getCAs().isEmpty()) {
            throw refused(name, "has no certificate authority");
        }
        if (root.getCTLogs().isEmpty()) {
            throw refused(name, "has no log of certificates (ctlogs)");
        }
        if (root.getTLogs().isEmpty()) {
            throw refused(name, "has no log of signatures (tlogs)");
        }
        for (TransparencyLog log : root.getTLogs()) {
            log.getPublicKey().toJavaPublicKey();
        }
    }

    private static PolicyException refused(String name, String what) {
        return new PolicyException(message(name, what));
    }

    private static String message(String name, String what) {
        return "openat.trusted.sigstore.root: " + name + " " + what
                + "; write the trusted_root.json of your Sigstore there";
    }
}
