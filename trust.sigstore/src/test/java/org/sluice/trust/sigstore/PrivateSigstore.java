package org.sluice.trust.sigstore;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A Sigstore of its own: a certificate authority with an intermediate one (as Fulcio), a log of certificates (RFC 6962) and
 * a log of signatures (as Rekor, entries hashedrekord 0.0.1). Makes the trusted root and the bundles of files.
 */
final class PrivateSigstore {

    static final String ISSUER = "https://accounts.example";
    static final String SUBJECT = "team@example.org";

    private static final String HOST = "rekor.private.example";
    private static final ASN1ObjectIdentifier OIDC_ISSUER = new ASN1ObjectIdentifier("1.3.6.1.4.1.57264.1.8");
    private static final ASN1ObjectIdentifier SCT_LIST = new ASN1ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2");
    private static final X500Name ROOT = new X500Name("O=private.example,CN=root");
    private static final X500Name INTERMEDIATE = new X500Name("O=private.example,CN=intermediate");
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2036-01-01T00:00:00Z");
    private static final int TREE = 5;
    private static final int INDEX = 2;

    private final KeyPair rootKey = pair();
    private final KeyPair intermediateKey = pair();
    private final KeyPair ctKey = pair();
    private final KeyPair logKey = pair();
    private final byte[] rootCertificate = authority(ROOT, rootKey, ROOT, rootKey);
    private final byte[] intermediateCertificate = authority(INTERMEDIATE, intermediateKey, ROOT, rootKey);

    PrivateSigstore() throws Exception {}

    /**
     * How a file is signed.
     *
     * @param validFrom of the certificate, which is valid for ten minutes
     * @param signedAt when the log took the signature
     */
    record Signing(
            String issuer, String subject, Instant validFrom, Instant signedAt, KeyPurposeId purpose, boolean logged) {

        static Signing usual() {
            Instant now = Instant.parse("2026-06-01T12:00:00Z");
            return new Signing(ISSUER, SUBJECT, now, now.plusSeconds(5), KeyPurposeId.id_kp_codeSigning, true);
        }

        Signing by(String otherIssuer, String otherSubject) {
            return new Signing(otherIssuer, otherSubject, validFrom, signedAt, purpose, logged);
        }

        Signing at(Instant time) {
            return new Signing(issuer, subject, validFrom, time, purpose, logged);
        }

        Signing certified(Instant time) {
            return new Signing(issuer, subject, time, signedAt, purpose, logged);
        }

        Signing purpose(KeyPurposeId other) {
            return new Signing(issuer, subject, validFrom, signedAt, other, logged);
        }

        /** With a certificate that no log of certificates has. */
        Signing unlogged() {
            return new Signing(issuer, subject, validFrom, signedAt, purpose, false);
        }
    }

    /** Writes {@code trusted_root.json} into a folder, and a bundle beside each of some files. */
    public static void main(String[] arguments) throws Exception {
        PrivateSigstore sigstore = new PrivateSigstore();
        Files.writeString(Path.of(arguments[0], "trusted_root.json"), sigstore.trustedRoot());
        for (String file : Arrays.asList(arguments).subList(1, arguments.length)) {
            Files.writeString(Path.of(file + ".sigstore.json"), sigstore.bundle(Files.readAllBytes(Path.of(file))));
        }
    }

    String trustedRoot() throws Exception {
        return trustedRoot(BEGIN);
    }

    /** With another time at which the log's key became valid. */
    String trustedRoot(Instant logBegin) throws Exception {
        return """
                {
                  "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
                  "tlogs": [%s],
                  "certificateAuthorities": [{
                    "subject": { "organization": "private.example", "commonName": "fulcio" },
                    "uri": "https://fulcio.private.example",
                    "certChain": { "certificates": [{ "rawBytes": "%s" }, { "rawBytes": "%s" }] },
                    "validFor": { "start": "%s" }
                  }],
                  "ctlogs": [%s],
                  "timestampAuthorities": []
                }
                """
                .formatted(
                        log("https://" + HOST, logKey, logBegin),
                        base64(intermediateCertificate),
                        base64(rootCertificate),
                        BEGIN,
                        log("https://ct.private.example", ctKey, BEGIN));
    }

    private static String log(String url, KeyPair key, Instant begin) throws Exception {
        return """
                {
                  "baseUrl": "%s", "hashAlgorithm": "SHA2_256",
                  "publicKey": {
                    "rawBytes": "%s", "keyDetails": "PKIX_ECDSA_P256_SHA_256", "validFor": { "start": "%s" }
                  },
                  "logId": { "keyId": "%s" }
                }"""
                .formatted(url, base64(key.getPublic().getEncoded()), begin, base64(id(key)));
    }

    String bundle(byte[] content) throws Exception {
        return bundle(content, Signing.usual());
    }

    String bundle(byte[] content, Signing signing) throws Exception {
        KeyPair key = pair();
        byte[] certificate = leaf(key, signing);
        byte[] signature = sign(key.getPrivate(), content);
        String digest = HexFormat.of().formatHex(sha256(content));
        String pem = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate)
                + "\n-----END CERTIFICATE-----\n";
        byte[] body =
                ("{\"apiVersion\":\"0.0.1\",\"kind\":\"hashedrekord\",\"spec\":{\"data\":{\"hash\":{\"algorithm\":"
                                + "\"sha256\",\"value\":\"" + digest + "\"}},\"signature\":{\"content\":\""
                                + base64(signature)
                                + "\",\"publicKey\":{\"content\":\"" + base64(pem.getBytes(US_ASCII)) + "\"}}}}")
                        .getBytes(US_ASCII);
        byte[] promise = sign(
                logKey.getPrivate(),
                ("{\"body\":\"" + base64(body) + "\",\"integratedTime\":" + signing.signedAt.getEpochSecond()
                                + ",\"logID\":\"" + HexFormat.of().formatHex(id(logKey)) + "\",\"logIndex\":7}")
                        .getBytes(US_ASCII));
        return """
                {
                  "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
                  "verificationMaterial": {
                    "certificate": { "rawBytes": "%s" },
                    "tlogEntries": [{
                      "logIndex": "7",
                      "logId": { "keyId": "%s" },
                      "kindVersion": { "kind": "hashedrekord", "version": "0.0.1" },
                      "integratedTime": "%d",
                      "inclusionPromise": { "signedEntryTimestamp": "%s" },
                      "inclusionProof": %s,
                      "canonicalizedBody": "%s"
                    }]
                  },
                  "messageSignature": {
                    "messageDigest": { "algorithm": "SHA2_256", "digest": "%s" },
                    "signature": "%s"
                  }
                }
                """
                .formatted(
                        base64(certificate),
                        base64(id(logKey)),
                        signing.signedAt.getEpochSecond(),
                        base64(promise),
                        proof(body),
                        base64(body),
                        base64(sha256(content)),
                        base64(signature));
    }

    /** A tree of five entries (RFC 6962, 2.1), ours the third: ((0 1) (2 3)) 4. */
    private String proof(byte[] body) throws Exception {
        byte[][] leaves = new byte[TREE][];
        for (int i = 0; i < TREE; i++) {
            leaves[i] = sha256(new byte[] {0}, i == INDEX ? body : new byte[] {(byte) i});
        }
        byte[] left = node(leaves[0], leaves[1]);
        byte[] root = node(node(left, node(leaves[2], leaves[3])), leaves[4]);
        String note = HOST + " - 1\n" + TREE + "\n" + base64(root) + "\n";
        byte[] signature = sign(logKey.getPrivate(), note.getBytes(UTF_8));
        String checkpoint =
                note + "\n\u2014 " + HOST + " " + base64(join(Arrays.copyOf(id(logKey), 4), signature)) + "\n";
        return """
                { "logIndex": "%d", "rootHash": "%s", "treeSize": "%d", "hashes": ["%s", "%s", "%s"],
                  "checkpoint": { "envelope": "%s" } }"""
                .formatted(
                        INDEX,
                        base64(root),
                        TREE,
                        base64(leaves[3]),
                        base64(left),
                        base64(leaves[4]),
                        checkpoint.replace("\n", "\\n"));
    }

    private static byte[] node(byte[] left, byte[] right) throws Exception {
        return sha256(new byte[] {1}, left, right);
    }

    private byte[] leaf(KeyPair key, Signing signing) throws Exception {
        X509v3CertificateBuilder builder =
                builder(INTERMEDIATE, new X500Name(""), key, signing.validFrom, signing.validFrom.plusSeconds(600));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(signing.purpose));
        builder.addExtension(
                Extension.subjectAlternativeName,
                true,
                new GeneralNames(new GeneralName(GeneralName.rfc822Name, signing.subject)));
        builder.addExtension(OIDC_ISSUER, false, new DERUTF8String(signing.issuer));
        if (signing.logged) {
            byte[] before = build(builder, intermediateKey)
                    .toASN1Structure()
                    .getTBSCertificate()
                    .getEncoded();
            builder.addExtension(SCT_LIST, false, new DEROctetString(timestamps(before, signing.validFrom)));
        }
        return build(builder, intermediateKey).getEncoded();
    }

    /** What the log of certificates promises (RFC 6962, 3.2 and 3.3). */
    private byte[] timestamps(byte[] certificate, Instant time) throws Exception {
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(signed);
        out.writeShort(0); // version 1, certificate_timestamp
        out.writeLong(time.toEpochMilli());
        out.writeShort(1); // precert_entry
        out.write(sha256(intermediateKey.getPublic().getEncoded()));
        out.writeByte(certificate.length >> 16);
        out.writeShort(certificate.length);
        out.write(certificate);
        out.writeShort(0); // no extensions
        byte[] signature = sign(ctKey.getPrivate(), signed.toByteArray());
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        DataOutputStream to = new DataOutputStream(list);
        int length = 1 + 32 + 8 + 2 + 4 + signature.length;
        to.writeShort(2 + length);
        to.writeShort(length);
        to.writeByte(0); // version 1
        to.write(id(ctKey));
        to.writeLong(time.toEpochMilli());
        to.writeShort(0); // no extensions
        to.writeShort(0x0403); // SHA-256, ECDSA
        to.writeShort(signature.length);
        to.write(signature);
        return list.toByteArray();
    }

    private static byte[] authority(X500Name subject, KeyPair key, X500Name issuer, KeyPair issuerKey)
            throws Exception {
        X509v3CertificateBuilder builder = builder(issuer, subject, key, BEGIN, END);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(subject.equals(issuer) ? 1 : 0));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        return build(builder, issuerKey).getEncoded();
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, KeyPair key, Instant from, Instant to) {
        return new X509v3CertificateBuilder(
                issuer,
                BigInteger.valueOf(System.nanoTime()),
                Date.from(from),
                Date.from(to),
                subject,
                SubjectPublicKeyInfo.getInstance(key.getPublic().getEncoded()));
    }

    private static X509CertificateHolder build(X509v3CertificateBuilder builder, KeyPair issuer) throws Exception {
        return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.getPrivate()));
    }

    static KeyPair pair() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static byte[] sign(PrivateKey key, byte[] content) throws Exception {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(content);
        return signature.sign();
    }

    /** The name of a log: SHA-256 of its key. */
    private static byte[] id(KeyPair key) throws Exception {
        return sha256(key.getPublic().getEncoded());
    }

    private static byte[] sha256(byte[]... parts) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(join(parts));
    }

    private static byte[] join(byte[]... parts) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.write(part);
        }
        return out.toByteArray();
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
