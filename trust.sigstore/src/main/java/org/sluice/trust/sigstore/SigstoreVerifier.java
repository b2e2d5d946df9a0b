package org.sluice.trust.sigstore;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sigstore.KeylessVerificationException;
import dev.sigstore.KeylessVerifier;
import dev.sigstore.VerificationOptions;
import dev.sigstore.VerificationOptions.CertificateMatcher;
import dev.sigstore.bundle.Bundle;
import dev.sigstore.bundle.BundleParseException;
import dev.sigstore.rekor.client.RekorEntry;
import dev.sigstore.strings.StringMatcher;
import dev.sigstore.trustroot.SigstoreTrustedRoot;
import dev.sigstore.trustroot.TransparencyLog;
import java.io.StringReader;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sluice.policy.trust.BundleVerifier;
import org.sluice.policy.trust.SignerIdentity;

/**
 * Verifies a bundle as Sigstore's client specification says: the certificate leads to a certificate authority of the root
 * and is in a log of certificates, it names one of the identities, its key signed the content, a log of the root has the
 * signature (inclusion proof, signed checkpoint), and all that while the certificate was valid.
 *
 * <p>sigstore-java does most of it. Its release 2.0 does not compare the time at which the log took the signature with the
 * certificate and the log's key, nor look at the certificate's purpose, so this is done here. A bundle has one entry of a
 * log, because only the first is verified. An attestation (DSSE) is refused: it says something about a file, and that need
 * not be that the file is to be trusted.
 */
final class SigstoreVerifier implements BundleVerifier {

    /** Extended key usage: code signing (RFC 5280, 4.2.1.12). */
    private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";

    private final KeylessVerifier verifier;
    private final SigstoreTrustedRoot root;
    private final Map<SignerIdentity, CertificateMatcher> matchers = new LinkedHashMap<>();
    private final VerificationOptions options;

    SigstoreVerifier(KeylessVerifier verifier, SigstoreTrustedRoot root, List<SignerIdentity> identities) {
        this.verifier = verifier;
        this.root = root;
        for (SignerIdentity identity : identities) {
            matchers.put(
                    identity,
                    CertificateMatcher.fulcio()
                            .issuer(StringMatcher.string(identity.issuer()))
                            .subjectAlternativeName(StringMatcher.string(identity.subject()))
                            .build());
        }
        // Without any matcher every identity would be accepted.
        if (matchers.isEmpty()) {
            throw new IllegalArgumentException("no identity");
        }
        this.options = VerificationOptions.builder()
                .addAllCertificateMatchers(matchers.values())
                .build();
    }

    @Override
    public Verdict verify(byte[] content, byte[] bundle) {
        return OwnLoader.with(() -> judge(content, bundle));
    }

    private Verdict judge(byte[] content, byte[] text) {
        try {
            Bundle bundle = Bundle.from(new StringReader(new String(text, UTF_8)));
            if (bundle.getMessageSignature().isEmpty()) {
                return refused("it is an attestation and no signature of the file");
            }
            if (bundle.getEntries().size() != 1) {
                return refused("it has several entries of logs");
            }
            byte[] digest = sha256(content);
            if (isOfAnother(digest, bundle)) {
                return refused("it is of another content");
            }
            verifier.verify(digest, bundle, options);
            X509Certificate leaf =
                    (X509Certificate) bundle.getCertPath().getCertificates().get(0);
            requirePurpose(leaf);
            requireTime(leaf, bundle.getEntries().get(0));
            return new Verdict(true, signer(leaf));
        } catch (BundleParseException e) {
            return refused("it is no bundle: " + Words.of(e));
        } catch (KeylessVerificationException | CertificateParsingException e) {
            return refused(Words.of(e));
        } catch (RuntimeException | StackOverflowError | LinkageError e) {
            // Malformed in a way that the library does not expect, or leads to a part of it that is left out, as
            // whoever
            // wrote it chose.
            return refused("it is malformed: " + Words.of(e));
        }
    }

    private static Verdict refused(String why) {
        return new Verdict(false, why);
    }

    /** Whether the bundle says so itself. What it says may be wrong, but then no signature fits. */
    private static boolean isOfAnother(byte[] digest, Bundle bundle) {
        return bundle.getMessageSignature()
                .flatMap(Bundle.MessageSignature::getMessageDigest)
                .filter(said -> !Arrays.equals(said.getDigest(), digest))
                .isPresent();
    }

    private static void requirePurpose(X509Certificate leaf)
            throws KeylessVerificationException, CertificateParsingException {
        List<String> usages = leaf.getExtendedKeyUsage();
        if (usages == null || !usages.contains(CODE_SIGNING)) {
            throw new KeylessVerificationException("Certificate is not for signing code");
        }
    }

    /** What a timestamp authority signed has been compared already; every bundle has that or the log's own time. */
    private void requireTime(X509Certificate leaf, RekorEntry entry) throws KeylessVerificationException {
        if (entry.getVerification().getSignedEntryTimestamp() == null) {
            return;
        }
        Instant time = entry.getIntegratedTimeInstant();
        if (time.isBefore(leaf.getNotBefore().toInstant())
                || time.isAfter(leaf.getNotAfter().toInstant())) {
            throw new KeylessVerificationException("Certificate was not valid when the log took the signature");
        }
        byte[] log = HexFormat.of().parseHex(entry.getLogID());
        if (TransparencyLog.find(root.getTLogs(), log, time).isEmpty()) {
            throw new KeylessVerificationException("Key of the log was not valid when it took the signature");
        }
    }

    private String signer(X509Certificate leaf) {
        return matchers.entrySet().stream()
                .filter(each -> each.getValue().test(leaf))
                .findFirst()
                .orElseThrow()
                .getKey()
                .toString();
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }
}
