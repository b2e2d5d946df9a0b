package org.sluice.policy.trust;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sluice.policy.PolicyException;

/**
 * A public key that signs files: Ed25519 (RFC 8032; a signature is 64 bytes) or ECDSA with P-256 and SHA-256 (FIPS 186-5; a
 * signature is ASN.1 DER). A key is read from its PEM text, a SubjectPublicKeyInfo as {@code openssl pkey -pubout} writes
 * it. Each of the two kinds has one form of it, so the kind is known by how that begins. Immutable.
 */
public final class TrustedKey {

    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final int ED25519_LENGTH = 44;
    private static final byte[] P256 =
            HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");
    private static final int P256_LENGTH = 91;

    private final String name;
    private final String algorithm;
    private final PublicKey key;

    private TrustedKey(String name, String algorithm, PublicKey key) {
        this.name = name;
        this.algorithm = algorithm;
        this.key = key;
    }

    /**
     * Of a text.
     *
     * @param name what messages call it
     * @throws PolicyException if that is no such key
     */
    public static TrustedKey parse(String name, String text) {
        Matcher pem = PEM.matcher(text);
        if (!pem.find()) {
            throw refused(name, "holds no public key in PEM");
        }
        if (!pem.group(1).equals("PUBLIC KEY")) {
            throw refused(name, "holds a " + pem.group(1) + " and not a PUBLIC KEY");
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(pem.group(2));
        } catch (IllegalArgumentException e) {
            throw refused(name, "holds a PUBLIC KEY that is damaged");
        }
        if (pem.find()) {
            throw refused(name, "holds more than one key");
        }
        if (begins(der, ED25519, ED25519_LENGTH)) {
            return new TrustedKey(name, "Ed25519", key(name, "Ed25519", der));
        }
        if (begins(der, P256, P256_LENGTH)) {
            return new TrustedKey(name, "SHA256withECDSA", key(name, "EC", der));
        }
        throw refused(name, "holds a key of an unknown algorithm");
    }

    private static boolean begins(byte[] der, byte[] prefix, int length) {
        return der.length == length && Arrays.equals(der, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static PublicKey key(String name, String factory, byte[] der) {
        try {
            return KeyFactory.getInstance(factory).generatePublic(new X509EncodedKeySpec(der));
        } catch (GeneralSecurityException e) {
            throw refused(name, "holds a PUBLIC KEY that is damaged");
        }
    }

    private static PolicyException refused(String name, String what) {
        return new PolicyException("openat.trusted.keys: " + name + " " + what
                + "; write the public key of an Ed25519 or ECDSA P-256 pair (openssl pkey -pubout) there");
    }

    /** What messages call it. */
    public String name() {
        return name;
    }

    /**
     * Whether this key signed a content.
     *
     * @param signature the bytes of a signature, or the same in Base64
     */
    public boolean signed(byte[] content, byte[] signature) {
        byte[] decoded = decode(signature);
        return verifies(content, signature) || (decoded.length > 0 && verifies(content, decoded));
    }

    private boolean verifies(byte[] content, byte[] signature) {
        if (!algorithm.equals("Ed25519") && !EcdsaSignature.isSound(signature)) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(key);
            verifier.update(content);
            return verifier.verify(signature);
        } catch (SignatureException e) {
            // Of a wrong length or form, which whoever wrote the file chose.
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(algorithm + " is part of every JDK", e);
        }
    }

    private static byte[] decode(byte[] text) {
        try {
            return Base64.getDecoder()
                    .decode(new String(text, StandardCharsets.ISO_8859_1)
                            .replaceAll("\\s", "")
                            .getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            // It is no Base64.
            return new byte[0];
        }
    }
}
