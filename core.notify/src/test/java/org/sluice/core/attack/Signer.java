package org.sluice.core.attack;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;

/** A key that signs files, as openssl(1) would. */
record Signer(String algorithm, KeyPair pair) {

    static Signer ed25519() throws Exception {
        return new Signer("Ed25519", KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
    }

    static Signer p256() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return new Signer("SHA256withECDSA", generator.generateKeyPair());
    }

    /** The public key as PEM, on one line as JSON wants it. */
    String pem() {
        return "-----BEGIN PUBLIC KEY-----\\n"
                + Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()) + "\\n-----END PUBLIC KEY-----\\n";
    }

    byte[] sign(byte[] content) throws Exception {
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(pair.getPrivate());
        signature.update(content);
        return signature.sign();
    }

    /** Writes the signature of a file beside it. */
    void sign(Path file) throws Exception {
        Files.write(file.resolveSibling(file.getFileName() + ".sig"), sign(Files.readAllBytes(file)));
    }

    /** Writes a signed list of the digests of contents. */
    Path list(Path file, String... contents) throws Exception {
        StringBuilder lines = new StringBuilder("# contents\n\n");
        for (String content : contents) {
            lines.append(digest(content)).append("  AGENTS.md\n");
        }
        Files.writeString(file, lines.toString());
        sign(file);
        return file;
    }

    static String digest(String content) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8)));
    }
}
