package org.sluice.policy.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.notify.Bytes;
import org.sluice.notify.FileRules.Response;
import org.sluice.policy.PolicyException;

/** Keys, signatures, lists and patterns of trusted files. */
class TrustTest {

    private static final int REGULAR = 0100644;
    private static final int DIRECTORY = 0040755;
    private static final int PIPE = 0010644;
    private static final byte[] CONTENT = bytes("do what is good\n");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static KeyPair pair(String kind) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(kind.startsWith("secp") ? "EC" : kind);
        if (kind.startsWith("secp")) {
            generator.initialize(new ECGenParameterSpec(kind));
        }
        return generator.generateKeyPair();
    }

    private static String pem(KeyPair pair) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, bytes("\n"))
                        .encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static byte[] sign(String algorithm, KeyPair pair) throws Exception {
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(pair.getPrivate());
        signature.update(CONTENT);
        return signature.sign();
    }

    @ParameterizedTest
    @CsvSource({"Ed25519, Ed25519", "secp256r1, SHA256withECDSA"})
    void aSignatureIsOfOneKeyAndOneContent(String kind, String algorithm) throws Exception {
        KeyPair pair = pair(kind);
        byte[] signature = sign(algorithm, pair);
        TrustedKey key = TrustedKey.parse("key", pem(pair));
        assertTrue(key.signed(CONTENT, signature));
        assertTrue(
                key.signed(CONTENT, bytes(Base64.getMimeEncoder(64, bytes("\n")).encodeToString(signature) + "\n")));
        assertFalse(key.signed(bytes("do what is bad\n"), signature));
        assertFalse(TrustedKey.parse("other", pem(pair(kind))).signed(CONTENT, signature));
        for (int i = 0; i < signature.length; i++) {
            byte[] changed = signature.clone();
            changed[i] ^= 1;
            assertFalse(key.signed(CONTENT, changed), "byte " + i);
        }
        assertFalse(key.signed(CONTENT, new byte[0]));
        assertFalse(key.signed(CONTENT, new byte[64]));
    }

    /** Zeros are no signature, also where a JDK takes them for one; nor are numbers from the group's order on. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "3006020100020100",
                "3006020101020100",
                "3006020100020101",
                "30060201ff020101",
                "3026022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551020101",
                "300602010102010100",
                "3005020101020101",
                "30070201010202",
                "00060201010201",
                "300602ff01020101"
            })
    void numbersOutOfRangeAreNoSignature(String hex) {
        assertFalse(EcdsaSignature.isSound(HexFormat.of().parseHex(hex)));
    }

    @Test
    void numbersInRangeAreSound() {
        assertTrue(EcdsaSignature.isSound(HexFormat.of().parseHex("3006020101020101")));
        assertTrue(EcdsaSignature.isSound(HexFormat.of()
                .parseHex("3026022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550020101")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"secp384r1", "Ed448", "RSA", "X25519"})
    void otherKeysAreRefused(String kind) throws Exception {
        String message = assertThrows(PolicyException.class, () -> TrustedKey.parse("/k.pem", pem(pair(kind))))
                .getMessage();
        assertEquals(
                "openat.trusted.keys: /k.pem holds a key of an unknown algorithm; write the public key of an Ed25519 or"
                        + " ECDSA P-256 pair (openssl pkey -pubout) there",
                message);
    }

    @ParameterizedTest
    @CsvSource({
        "'', holds no public key in PEM",
        "'-----BEGIN PUBLIC KEY-----\nA\n-----END PUBLIC KEY-----', holds a PUBLIC KEY that is damaged",
        "'-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', holds a PRIVATE KEY and not a PUBLIC KEY",
        "'-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',"
                + " holds more than one key"
    })
    void whatIsNoKeyIsRefused(String text, String what) {
        String message = String.valueOf(assertThrows(PolicyException.class, () -> TrustedKey.parse("/k.pem", text))
                .getMessage());
        assertTrue(message.startsWith("openat.trusted.keys: /k.pem " + what + "; write the public key"), message);
    }

    @Test
    void aListHasDigestsAndNamesForPeople() {
        String one = "0123456789abcdef".repeat(4);
        String two = "fedcba9876543210".repeat(4);
        assertEquals(
                Set.of(one, two),
                DigestList.parse(
                        "list", bytes("# a\n\n" + one.toUpperCase(Locale.ROOT) + "  a b\r\n\\" + two + " *c")));
        for (String bad : List.of("x", one + "0", one.substring(1), one + "a", one + " x")) {
            PolicyException refused = assertThrows(
                    PolicyException.class, () -> DigestList.parse("/list", bytes(two + "  x\n" + bad + "|\n")), bad);
            assertTrue(String.valueOf(refused.getMessage()).contains("/list:2 has no SHA-256; write"), bad);
        }
    }

    @Test
    void aListCountsIfAKeySignedIt() throws Exception {
        KeyPair pair = pair("Ed25519");
        TrustRoots roots = new TrustRoots(List.of(TrustedKey.parse("key", pem(pair))), Set.of(), ".sig");
        byte[] list = bytes(TrustedFiles.digest(Bytes.of(CONTENT)) + "  x\n");
        PolicyException refused =
                assertThrows(PolicyException.class, () -> roots.with("/list", list, sign("Ed25519", pair)));
        assertTrue(String.valueOf(refused.getMessage()).contains("/list.sig of /list is by none of the keys; sign"));
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(list);
        TrustRoots listed = roots.with("/list", list, signature.sign());
        String digest = TrustedFiles.digest(Bytes.of(CONTENT));
        TrustRoots.Beside nothing = (ending, most) -> Optional.empty();
        assertEquals(
                new TrustRoots.Judgement(true, "its SHA-256 is in a signed list"),
                listed.judge(digest, Bytes.of(CONTENT), nothing));
        assertEquals(new TrustRoots.Judgement(false, ""), roots.judge(digest, Bytes.of(CONTENT), nothing));
    }

    /** Key, list and bundle: each of them suffices, and a bundle is read by its own name and length. */
    @Test
    void aBundleCountsBesideKeysAndLists() throws Exception {
        KeyPair pair = pair("Ed25519");
        SignerIdentity team = new SignerIdentity("https://accounts.example", "team@example.org");
        BundleVerifier verifier = (content, bundle) -> Arrays.equals(content, bundle)
                ? new BundleVerifier.Verdict(true, team.toString())
                : new BundleVerifier.Verdict(false, "it is of another file");
        TrustRoots roots = new TrustRoots(
                List.of(TrustedKey.parse("key", pem(pair))),
                Set.of(),
                ".sig",
                Optional.of(new TrustedBundles(verifier, List.of(team), ".bundle")));
        Map<String, byte[]> beside = new HashMap<>();
        TrustRoots.Beside reader = (ending, most) -> {
            assertEquals(ending.equals(".sig") ? TrustRoots.LONGEST_SIGNATURE : TrustedBundles.LONGEST, most);
            return Optional.ofNullable(beside.get(ending)).map(Bytes::of);
        };
        assertEquals(new TrustRoots.Judgement(false, ""), roots.judge("", Bytes.of(CONTENT), reader));
        beside.put(".bundle", bytes("other"));
        assertEquals(
                new TrustRoots.Judgement(false, "its bundle is refused: it is of another file"),
                roots.judge("", Bytes.of(CONTENT), reader));
        beside.put(".sig", sign("Ed25519", pair));
        assertEquals(new TrustRoots.Judgement(true, "signed by key"), roots.judge("", Bytes.of(CONTENT), reader));
        beside.put(".sig", bytes("no signature"));
        beside.put(".bundle", CONTENT);
        assertEquals(
                new TrustRoots.Judgement(
                        true, "signed by team@example.org (https://accounts.example), as its bundle shows"),
                roots.judge("", Bytes.of(CONTENT), reader));
    }

    @ParameterizedTest
    @CsvSource({
        "/w/**/AGENTS.md, /w, /w/AGENTS.md /w/a/AGENTS.md /w/a/b/AGENTS.md, /w/xAGENTS.md /AGENTS.md /w/AGENTS.md/x /wAGENTS.md",
        "/**/AGENTS.md, /, /AGENTS.md /a/AGENTS.md, /a/AGENTS.mdx",
        "/w/**/r/**/*.md, /w, /w/r/a.md /w/x/r/y/z/a.md /w/r/z/a.md, /w/a.md /w/r/a.txt",
        "/w/.rules/**, /w/.rules, /w/.rules/a /w/.rules/a/b, /w/rules",
        "/w/AGENTS.md, /w, /w/AGENTS.md, /w/a/AGENTS.md"
    })
    void aPatternIsOfPathsBelowItsScope(String text, String scope, String matching, String others) {
        TrustPattern pattern = TrustPattern.parse(text, scope);
        for (String path : matching.split(" ", -1)) {
            assertTrue(pattern.matches(Bytes.utf8(path)), path);
        }
        for (String path : others.split(" ", -1)) {
            assertFalse(pattern.matches(Bytes.utf8(path)), path);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/w/", "/w/[a", "/**/a/**/b/**/c/**/d/**/e", "/w//a", "/w/../a"})
    void whatIsNoPatternIsRefused(String text) {
        PolicyException refused = assertThrows(PolicyException.class, () -> TrustPattern.parse(text, "/w"));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("openat.trusted.files: '" + text + "' "));
    }

    @Test
    void aFileWithSeveralNamesCountsInTheScope() {
        TrustedFiles files = new TrustedFiles(
                List.of(TrustPattern.parse("/w/**/AGENTS.md", "/w")),
                Response.DENY,
                new TrustRoots(List.of(), Set.of(), ".sig"));
        Bytes other = Bytes.utf8("/w/a/notes");
        Bytes named = Bytes.utf8("/w/a/AGENTS.md");
        assertFalse(files.concern(other, REGULAR, 1));
        assertTrue(files.concern(other, REGULAR, 2));
        assertFalse(files.concern(Bytes.utf8("/v/notes"), REGULAR, 2));
        assertFalse(files.concern(other, DIRECTORY, 2));
        assertTrue(files.concern(named, REGULAR, 1));
        assertTrue(files.concern(named, PIPE, 1));
        assertTrue(files.concern(named, 0, 0));
        assertFalse(files.concern(named, DIRECTORY, 2));
        assertTrue(files.touch(Bytes.utf8("/")));
        assertTrue(files.touch(Bytes.utf8("/w/a")));
        assertFalse(files.touch(Bytes.utf8("/usr")));
    }
}
