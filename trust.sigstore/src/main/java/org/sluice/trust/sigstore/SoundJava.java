package org.sluice.trust.sigstore;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.ECGenParameterSpec;
import java.util.HexFormat;

/**
 * Some releases of JDK 15 to 18 took zeros for an ECDSA signature of anything (CVE-2022-21449). Every signature of a bundle,
 * its certificate and its logs would be forged with them, so it is tried out.
 */
final class SoundJava {

    /** SEQUENCE { r INTEGER 0, s INTEGER 0 }. */
    private static final byte[] ZEROS = HexFormat.of().parseHex("3006020100020100");

    private SoundJava() {}

    static boolean takesZerosForASignature() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return accepts(generator.generateKeyPair().getPublic());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("P-256 is part of every JDK", e);
        }
    }

    private static boolean accepts(PublicKey key) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initVerify(key);
        signature.update((byte) 1);
        try {
            return signature.verify(ZEROS);
        } catch (SignatureException e) {
            // Out of range, as it should say.
            return false;
        }
    }
}
