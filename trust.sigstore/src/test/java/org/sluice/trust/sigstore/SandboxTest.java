package org.sluice.trust.sigstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.SandboxedProcess;
import org.sluice.Sluice;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileLoader;
import org.sluice.policy.trust.BundleVerifier;
import org.sluice.policy.trust.SignerIdentity;
import org.sluice.trust.sigstore.PrivateSigstore.Signing;

/**
 * Files trusted by bundles in sandboxes of a plain Java program: this module is found on the class path. The attacker is
 * {@code bundlerace.c}; {@code -Dsluice.attack.tries} says how often it tries, in all modes together.
 */
class SandboxTest {

    private static final long TRIES = Long.getLong("sluice.attack.tries", 10_000) / 4;
    private static final int LENGTH = 64;

    @TempDir
    private Path temp;

    /** Makes one that the sandbox works in, with an instruction file and a bundle; returns the one around it. */
    private Path folder(String name, char content, String bundle) throws Exception {
        Path work = temp.toRealPath().resolve("work");
        Path folder = Files.createDirectories(work.resolve(name));
        Files.writeString(
                folder.resolve("AGENTS.md"), Character.toString(content).repeat(LENGTH));
        Files.writeString(folder.resolve("AGENTS.md.sigstore.json"), bundle);
        return work;
    }

    private static byte[] content(char content) {
        return Character.toString(content).repeat(LENGTH).getBytes(UTF_8);
    }

    private Profile profile(PrivateSigstore sigstore, Path work) throws Exception {
        Path root = Files.writeString(temp.toRealPath().resolve("root.json"), sigstore.trustedRoot());
        return new ProfileLoader()
                .load("default")
                .with()
                .grant(work.toString(), true, false)
                .handler(
                        "openat",
                        Map.of(
                                "trusted",
                                Map.of(
                                        "files",
                                        List.of(work + "/**/AGENTS.md"),
                                        "sigstore",
                                        Map.of(
                                                "root",
                                                root.toString(),
                                                "identities",
                                                List.of(Map.of(
                                                        "issuer",
                                                        PrivateSigstore.ISSUER,
                                                        "subject",
                                                        PrivateSigstore.SUBJECT))))))
                .build();
    }

    private static String output(SandboxedProcess process) throws Exception {
        String text = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor(), text);
        return text;
    }

    @Test
    void aBundleBesideAFileIsEnough() throws Exception {
        PrivateSigstore sigstore = new PrivateSigstore();
        String bundle = sigstore.bundle(content('g'));
        folder("good", 'g', bundle);
        folder("evil", 'b', bundle);
        folder("huge", 'g', bundle + " ".repeat(128 << 10));
        Path work = folder("empty", 'g', "");
        try (Sluice sluice = Sluice.with().protectNothing().open()) {
            SandboxedProcess process = sluice.process(
                            "sh",
                            "-c",
                            "cd \"$0\"; for d in good evil huge empty; do cat $d/AGENTS.md; echo; done",
                            work.toString())
                    .profile(profile(sigstore, work))
                    .directory(work)
                    .start();
            assertEquals("g".repeat(LENGTH) + "\n\n\n\n", output(process));
            List<String> reasons = process.sandbox().denials().stream()
                    .map(each -> each.denial().reason())
                    .toList();
            assertEquals(
                    List.of(
                            "an instruction file is not trusted: its bundle is refused: it is of another content",
                            "an instruction file is not trusted"),
                    reasons.subList(0, 2));
            assertTrue(reasons.get(2).startsWith("an instruction file is not trusted: its bundle is refused: it is"));
        }
    }

    /** The file, its bundle, both or their folder are exchanged, or the file is written, while it is verified and read. */
    @ParameterizedTest
    @ValueSource(strings = {"file", "both", "folder", "rewrite"})
    void whatNobodySignedIsNeverRead(String mode) throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/cc")), "no /usr/bin/cc; install gcc");
        PrivateSigstore sigstore = new PrivateSigstore();
        folder("good", 'g', sigstore.bundle(content('g')));
        Signing other = Signing.usual().by(PrivateSigstore.ISSUER, "other@example.org");
        Path work = folder("evil", 'b', sigstore.bundle(content('b'), other));
        Path program = compile();
        try (Sluice sluice = Sluice.with().protectNothing().open()) {
            SandboxedProcess process = sluice.process(program.toString(), mode, Long.toString(TRIES), work.toString())
                    .profile(profile(sigstore, work)
                            .with()
                            .grant(program.toString(), false, false)
                            .build())
                    .directory(work)
                    .start();
            String line = mode + ": " + output(process).strip();
            System.out.println(line);
            long[] counts = Arrays.stream(line.substring(mode.length() + 2).split(" ", -1))
                    .mapToLong(Long::parseLong)
                    .toArray();
            assertEquals(0, counts[0], "breaches, " + line);
            assertTrue(counts[1] > 0 && counts[2] > 0, "allowed and denied, " + line);
            assertEquals(0, counts[3], "other answers, " + line);
            assertTrue(counts[4] >= TRIES / 1000, "raced, " + line);
        }
    }

    private Path compile() throws Exception {
        Path source = temp.resolve("bundlerace.c");
        try (InputStream text = SandboxTest.class.getResourceAsStream("/attack/bundlerace.c")) {
            Files.write(source, Objects.requireNonNull(text).readAllBytes());
        }
        Path program = temp.toRealPath().resolve("bundlerace");
        Process compiler = new ProcessBuilder(
                        "/usr/bin/cc", "-O2", "-pthread", "-w", "-o", program.toString(), source.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(compiler.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, compiler.waitFor(), said);
        return program;
    }

    /**
     * A program that verifies, in a sandbox that records each attempt to connect or to send: there is none. One that tries
     * is recorded, so such an attempt would have been seen.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingConnectsOrResolves(boolean connects) throws Exception {
        try (Sluice sluice = Sluice.with().protectNothing().open()) {
            SandboxedProcess process = sluice.process(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-XX:-UsePerfData",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Program.class.getName(),
                            Boolean.toString(connects))
                    .allow(profile -> {
                        profile.read(System.getProperty("java.home"));
                        for (String entry :
                                System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                            profile.read(entry);
                        }
                        return profile;
                    })
                    .directory(temp.toRealPath())
                    .redirectErrorStream(true)
                    .start();
            String said = output(process);
            assertTrue(said.contains("accepted team@example.org"), said);
            List<String> network = process.sandbox().denials().stream()
                    .filter(each -> each.denial().operation().startsWith("net/"))
                    .map(each -> each.denial().operation() + " " + each.denial().target())
                    .toList();
            assertEquals(connects, !network.isEmpty(), network::toString);
            assertFalse(connects && !network.get(0).contains("192.0.2.1"), network::toString);
        }
    }

    /** What runs in the sandbox. */
    static final class Program {

        private Program() {}

        public static void main(String[] arguments) throws Exception {
            PrivateSigstore sigstore = new PrivateSigstore();
            BundleVerifier verifier = new SigstoreVerifiers()
                    .open(
                            "root",
                            sigstore.trustedRoot().getBytes(UTF_8),
                            List.of(new SignerIdentity(PrivateSigstore.ISSUER, PrivateSigstore.SUBJECT)));
            BundleVerifier.Verdict verdict =
                    verifier.verify(content('g'), sigstore.bundle(content('g')).getBytes(UTF_8));
            System.out.println((verdict.accepted() ? "accepted " : "refused ") + verdict.text());
            verifier.verify(
                    content('g'), new PrivateSigstore().bundle(content('g')).getBytes(UTF_8));
            if (arguments[0].equals("true")) {
                try (Socket socket = new Socket("192.0.2.1", 443)) {
                    System.out.println("connected to " + socket);
                } catch (java.io.IOException e) {
                    System.out.println(e);
                }
            }
        }
    }
}
