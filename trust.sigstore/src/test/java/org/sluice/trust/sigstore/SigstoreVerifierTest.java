package org.sluice.trust.sigstore;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.policy.PolicyException;
import org.sluice.policy.trust.BundleVerifier;
import org.sluice.policy.trust.BundleVerifier.Verdict;
import org.sluice.policy.trust.SignerIdentity;
import org.sluice.trust.sigstore.PrivateSigstore.Signing;

/** Bundles of a Sigstore of the test's own, and what becomes of them when anything in them is changed. */
class SigstoreVerifierTest {

    private static final byte[] CONTENT = "do what is good\n".getBytes(UTF_8);
    private static final SignerIdentity TEAM = new SignerIdentity(PrivateSigstore.ISSUER, PrivateSigstore.SUBJECT);
    private static final SignerIdentity OTHER = new SignerIdentity("https://other.example", "other@example.org");
    private static final Instant CERTIFIED = Signing.usual().validFrom();

    private static PrivateSigstore sigstore;
    private static BundleVerifier verifier;

    @BeforeAll
    static void open() throws Exception {
        sigstore = new PrivateSigstore();
        verifier = verifier(sigstore.trustedRoot(), OTHER, TEAM);
    }

    private static BundleVerifier verifier(String root, SignerIdentity... identities) {
        return new SigstoreVerifiers().open("/root.json", root.getBytes(UTF_8), List.of(identities));
    }

    private static Verdict verify(String bundle) {
        return verifier.verify(CONTENT, bundle.getBytes(UTF_8));
    }

    private static void assertRefused(String bundle, String why) {
        Verdict verdict = verify(bundle);
        assertFalse(verdict.accepted(), why);
        assertTrue(verdict.text().contains(why), verdict.text());
        assertTrue(verdict.text().matches("[\\x20-\\x7e]{1,300}"), verdict.text());
    }

    @Test
    void whatOneOfTheIdentitiesSignedIsAccepted() throws Exception {
        assertEquals(
                new Verdict(true, "team@example.org (https://accounts.example)"), verify(sigstore.bundle(CONTENT)));
        // At both ends of the certificate's time.
        assertTrue(
                verify(sigstore.bundle(CONTENT, Signing.usual().at(CERTIFIED))).accepted());
        assertTrue(verify(sigstore.bundle(CONTENT, Signing.usual().at(CERTIFIED.plusSeconds(600))))
                .accepted());
    }

    @Test
    void whatIsSignedOtherwiseIsRefused() throws Exception {
        Signing usual = Signing.usual();
        assertRefused(sigstore.bundle("do what is bad\n".getBytes(UTF_8)), "it is of another content");
        assertRefused(
                sigstore.bundle(CONTENT, usual.by(TEAM.issuer(), OTHER.subject())),
                "No provided certificate identities matched");
        assertRefused(
                sigstore.bundle(CONTENT, usual.by(OTHER.issuer(), TEAM.subject())),
                "No provided certificate identities matched");
        assertRefused(
                sigstore.bundle(CONTENT, usual.by(TEAM.issuer(), "Team@example.org")),
                "No provided certificate identities matched");
        assertRefused(new PrivateSigstore().bundle(CONTENT), "Fulcio certificate was not valid");
        assertRefused(sigstore.bundle(CONTENT, usual.unlogged()), "No valid SCTs were found");
        assertRefused(
                sigstore.bundle(CONTENT, usual.at(CERTIFIED.minusSeconds(1))),
                "Certificate was not valid when the log");
        assertRefused(
                sigstore.bundle(CONTENT, usual.at(CERTIFIED.plusSeconds(601))),
                "Certificate was not valid when the log");
        assertRefused(
                sigstore.bundle(CONTENT, usual.certified(Instant.parse("2025-01-01T00:00:00Z"))),
                "No valid Certificate Authorities");
        assertRefused(
                sigstore.bundle(CONTENT, usual.purpose(KeyPurposeId.id_kp_serverAuth)),
                "Certificate is not for signing code");
    }

    /** The log's key was not yet valid: what has its signature then was not signed by the log. */
    @Test
    void aLogCountsWhileItsKeyIsValid() throws Exception {
        String bundle = sigstore.bundle(CONTENT);
        BundleVerifier late = verifier(sigstore.trustedRoot(Instant.parse("2026-06-02T00:00:00Z")), TEAM);
        Verdict verdict = late.verify(CONTENT, bundle.getBytes(UTF_8));
        assertEquals(new Verdict(false, "Key of the log was not valid when it took the signature"), verdict);
    }

    /** A part of the bundle, by a pattern whose group is its Base64, one byte of it changed. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "signature; \"signature\": \"([^\"]+)\"; Artifact signature|Signature",
                "digest; \"digest\": \"([^\"]+)\"; it is of another content",
                "certificate; \"certificate\": . \"rawBytes\": \"([^\"]+)\"; ertificate",
                "body of the entry; \"canonicalizedBody\": \"([^\"]+)\"; log entry",
                "signed timestamp; signedEntryTimestamp\": \"([^\"]+)\"; SET",
                "root of the proof; \"rootHash\": \"([^\"]+)\"; root hash",
                "first hash; \"hashes\": .\"([^\"]+)\"; root hash",
                "last hash; \"([^\"]+)\".,\\s+\"checkpoint\"; root hash",
                "name of the log; \"keyId\": \"([^\"]+)\"; does not match any provided transparency logs",
                "signed checkpoint; private.example ([A-Za-z0-9+/=]{20,}); heckpoint"
            })
    void aChangedByteIsRefused(String what, String pattern, String why) throws Exception {
        String bundle = sigstore.bundle(CONTENT);
        Matcher part = Pattern.compile(pattern.strip()).matcher(bundle);
        assertTrue(part.find(), what);
        byte[] bytes = Base64.getDecoder().decode(part.group(1));
        for (int at : List.of(0, bytes.length / 2, bytes.length - 1)) {
            byte[] changed = bytes.clone();
            changed[at] ^= 1;
            String text = bundle.substring(0, part.start(1))
                    + Base64.getEncoder().encodeToString(changed)
                    + bundle.substring(part.end(1));
            Verdict verdict = verify(text);
            assertFalse(verdict.accepted(), what + " " + at);
            assertTrue(Pattern.compile(why).matcher(verdict.text()).find(), verdict.text());
        }
    }

    /** Each text of the bundle that somebody signed, changed. */
    @ParameterizedTest
    @CsvSource({
        "'\"logIndex\": \"7\"', '\"logIndex\": \"8\"', Entry SET was not valid",
        "'\"integratedTime\": \"17', '\"integratedTime\": \"18', Entry SET was not valid",
        "'\"logIndex\": \"2\"', '\"logIndex\": \"3\"', Inclusion proof verification failed",
        "'\"treeSize\": \"5\"', '\"treeSize\": \"1\"', Inclusion proof",
        "'example - 1\\n5\\n', 'example - 1\\n6\\n', Checkpoint signature was invalid",
        "'example - 1\\n5\\n', 'example - 2\\n5\\n', Checkpoint signature was invalid",
        "'\\n\\n\u2014 rekor.', '\\n\\n\u2014 other.', No matching checkpoint signature",
        "'\"inclusionProof\": {', '\"unknown\": {', Could not find an inclusion proof",
        "'\"inclusionPromise\": {', '\"unknown\": {', No timestamp verification",
        "'\"tlogEntries\": [{', '\"unknown\": [{', Could not find any tlog entries",
        "'\"messageSignature\": {', '\"unknown\": {', A MessageSignature or DSSEEnvelope must be provided",
        "'\"certificate\": {', '\"publicKey\": {', Plain public keys are not supported",
        "'\"certificate\": {', '\"unknown\": {', Could not find a certificate",
        "'bundle.v0.3+json', 'bundle.v9+json', Unsupported bundle media type",
        "'SHA2_256', 'SHA2_512', Cannot read message digests",
        "'hashedrekord\", \"version\": \"0.0.1', 'intoto\", \"version\": \"0.0.2', ''"
    })
    void aChangedTextIsRefused(String from, String to, String why) throws Exception {
        String bundle = sigstore.bundle(CONTENT);
        assertTrue(bundle.contains(from), from);
        String changed = bundle.replace(from, to);
        if (why.isEmpty()) {
            // The kind beside the entry says nothing; what counts is in the entry, which is signed.
            assertTrue(verify(changed).accepted());
        } else {
            assertRefused(changed, why);
        }
    }

    /** The digest in a bundle is a hint; what was signed is what counts. */
    @Test
    void withoutADigestTheSignatureIsAsked() throws Exception {
        String none = "\\{ \"algorithm\": \"SHA2_256\", \"digest\": \"[^\"]+\" \\}";
        assertTrue(verify(sigstore.bundle(CONTENT).replaceAll("\"messageDigest\": " + none + ",", ""))
                .accepted());
        String other = sigstore.bundle("do what is bad\n".getBytes(UTF_8));
        assertRefused(other.replaceAll("\"messageDigest\": " + none + ",", ""), "Artifact signature was not valid");
    }

    /** A bundle with a second entry whose promise of a time nobody verified. */
    @Test
    void oneEntryIsVerifiedSoThereIsOne() throws Exception {
        String bundle = sigstore.bundle(CONTENT);
        Matcher entry = Pattern.compile("\"tlogEntries\": \\[(.*?\\})\\]\n  \\}", Pattern.DOTALL)
                .matcher(bundle);
        assertTrue(entry.find());
        String one = entry.group(1);
        assertRefused(
                bundle.replace(one, one.replace("inclusionPromise", "unknown") + ", " + one),
                "it has several entries of logs");
    }

    @Test
    void anAttestationIsNoSignature() throws Exception {
        String bundle = sigstore.bundle(CONTENT);
        String attestation = bundle.substring(0, bundle.indexOf("\"messageSignature\""))
                + "\"dsseEnvelope\": { \"payload\": \"e30=\", \"payloadType\": \"application/vnd.in-toto+json\","
                + " \"signatures\": [{ \"sig\": \"AAAA\" }] } }";
        assertRefused(attestation, "it is an attestation and no signature of the file");
    }

    /** What is no bundle at all, cut off at any place, or nested so deeply that reading it may run out of stack. */
    @Test
    void rubbishIsRefused() throws Exception {
        String bundle = sigstore.bundle(CONTENT);
        List<String> texts = new ArrayList<>(List.of(
                "",
                " ",
                "{}",
                "[]",
                "null",
                "7",
                "\"text\"",
                "not JSON",
                "{\"mediaType\":null}",
                "\0".repeat(1000),
                "[".repeat(60_000),
                "{\"a\":".repeat(20_000),
                "{\"unknown\":" + "[".repeat(50_000) + "]".repeat(50_000) + ","
                        + bundle.substring(bundle.indexOf('{') + 1),
                "\"" + "x".repeat(128 << 10) + "\""));
        for (int i = 0; i < bundle.strip().length() - 1; i += 97) {
            texts.add(bundle.substring(0, i));
        }
        for (String text : texts) {
            Verdict verdict = verify(text);
            assertFalse(verdict.accepted(), () -> text.substring(0, Math.min(100, text.length())));
        }
    }

    /** Random bytes of the file changed: whatever is accepted has the signature, and nothing is thrown. */
    @Test
    void noChangeOfABundleMakesAnotherContentTrusted() throws Exception {
        byte[] bundle = sigstore.bundle("do what is bad\n".getBytes(UTF_8)).getBytes(ISO_8859_1);
        Random random = new Random(7);
        for (int i = 0; i < 3000; i++) {
            byte[] changed = bundle.clone();
            for (int many = 1 + random.nextInt(3); many > 0; many--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            assertFalse(verifier.verify(CONTENT, changed).accepted());
        }
    }

    @Test
    void aRootThatCannotBeUsedIsRefusedAtOnce() throws Exception {
        String root = sigstore.trustedRoot();
        for (String[] each : new String[][] {
            {"", "is no trusted root: "},
            {"{", "is no trusted root: "},
            {"[]", "is no trusted root: "},
            {"{}", "has no certificate authority;"},
            {root.replace("version=0.1", "version=7"), "is no trusted root: Unsupported trusted root mediaType"},
            {root.replace("\"ctlogs\"", "\"others\""), "has no log of certificates (ctlogs);"},
            {root.replace("\"tlogs\"", "\"others\""), "has no log of signatures (tlogs);"},
            {root.replace("PKIX_ECDSA_P256_SHA_256", "PKIX_ECDSA_P521_SHA_512"), "is no trusted root: Unsupported key"},
            {root.replace("\"rawBytes\": \"MF", "\"rawBytes\": \"AA"), "is no trusted root: "},
            {root.replace("\"rawBytes\": \"MII", "\"rawBytes\": \"AAA"), "is no trusted root: "},
            {"[".repeat(100_000), "is no trusted root: "}
        }) {
            PolicyException refused = assertThrows(PolicyException.class, () -> verifier(each[0], TEAM), each[1]);
            String said = String.valueOf(refused.getMessage());
            assertTrue(said.startsWith("openat.trusted.sigstore.root: /root.json " + each[1]), said);
            assertTrue(said.endsWith("; write the trusted_root.json of your Sigstore there"), said);
            assertEquals(1, said.lines().count(), said);
        }
    }
}
