package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With a list of keys, what none of them signed in full runs no code at all. */
class SignedBundlesIT {

    private static final String WITNESS = "org.sluice.itest.witness";
    private static final User USER = User.OWN;

    private static void tool(Path folder, String... command) throws Exception {
        Distribution.Result result = Distribution.bare(USER, folder, "", List.of(command));
        assertEquals(0, result.status(), () -> result.out() + result.err());
    }

    private static void key(Path keys, String name) throws Exception {
        tool(
                keys,
                "keytool",
                "-genkeypair",
                "-keystore",
                "store",
                "-storepass",
                "secret",
                "-keypass",
                "secret",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-validity",
                "3650");
    }

    private static void sign(Path keys, Path jar, String name) throws Exception {
        tool(keys, "jarsigner", "-keystore", "store", "-storepass", "secret", jar.toString(), name);
    }

    private static String fingerprint(Path keys, String name) throws Exception {
        Distribution.Result result = Distribution.bare(
                USER,
                keys,
                "",
                List.of("keytool", "-list", "-v", "-keystore", "store", "-storepass", "secret", "-alias", name));
        return result.out()
                .lines()
                .filter(line -> line.contains("SHA256:"))
                .findFirst()
                .orElseThrow()
                .replaceAll(".*SHA256:", "")
                .strip();
    }

    /** Puts a file into a jar, in place of what has its name. */
    private static void put(Path jar, String name, byte[] content) throws Exception {
        try (FileSystem entries = FileSystems.newFileSystem(jar)) {
            Files.write(entries.getPath(name), content);
        }
    }

    @Test
    void onlyWhatAListedKeySignedRuns() throws Exception {
        Programs.require("keytool", "jarsigner");
        Path home = Distribution.copyFor(USER);
        Path jars = USER.folder();
        Path keys = USER.folder();
        key(keys, "listed");
        key(keys, "other");
        Path signed = jars.resolve("signed.jar");
        WitnessJar.write(signed, "1.0.0", jars.resolve("record"));
        sign(keys, signed, "listed");
        Path unsigned = jars.resolve("unsigned.jar");
        WitnessJar.write(unsigned, "2.0.0", jars.resolve("unsigned"));
        Path other = jars.resolve("other.jar");
        WitnessJar.write(other, "3.0.0", jars.resolve("other"));
        sign(keys, other, "other");
        Path changed = jars.resolve("changed.jar");
        WitnessJar.write(changed, "4.0.0", jars.resolve("changed"));
        sign(keys, changed, "listed");
        try (FileSystem entries = FileSystems.newFileSystem(changed)) {
            byte[] code = Files.readAllBytes(entries.getPath("org/sluice/itest/witness/Witness.class"));
            code[code.length - 1] ^= 1;
            Files.write(entries.getPath("org/sluice/itest/witness/Witness.class"), code);
        }
        Path added = jars.resolve("added.jar");
        WitnessJar.write(added, "5.0.0", jars.resolve("added"));
        sign(keys, added, "listed");
        put(added, "more.txt", new byte[] {1});
        Path retitled = jars.resolve("retitled.jar");
        WitnessJar.write(retitled, "6.0.0", jars.resolve("retitled"));
        sign(keys, retitled, "listed");
        try (FileSystem entries = FileSystems.newFileSystem(retitled)) {
            Path manifest = entries.getPath("META-INF/MANIFEST.MF");
            Files.writeString(manifest, Files.readString(manifest).replace("6.0.0", "6.0.1"));
        }
        Files.copy(signed, home.resolve("deploy/signed.jar"));
        Files.writeString(
                home.resolve("etc/signers"), "# who may bring handlers\n" + fingerprint(keys, "listed") + " # ours\n");
        String name = "signed-" + ProcessHandle.current().pid();
        try (Running running = Running.sluice(
                home,
                USER,
                USER.folder(),
                "run",
                "--profile",
                "open",
                "--handler",
                WITNESS,
                "--name",
                name,
                "--",
                "sh",
                "-c",
                "echo up; exec sleep 1000")) {
            running.awaitLine("up");
            StringBuilder complaints = new StringBuilder();
            for (Path jar : List.of(unsigned, other, changed, added, retitled)) {
                Distribution.Result swap =
                        Distribution.sluice(USER, "", "attach", name, "--", "sluice:swap", WITNESS, jar.toString());
                assertEquals(1, swap.status(), swap::out);
                complaints.append(swap.err());
            }
            for (String expected : List.of(
                    "2.0.0 (swap:1:" + unsigned + ") does not run: .* is not signed; .*",
                    "3.0.0 (swap:2:" + other + ") does not run: .* is signed by a key that is not listed; .*",
                    "4.0.0 (swap:3:" + changed + ") does not run: its signature is broken: .*",
                    "5.0.0 (swap:4:" + added + ") does not run: more.txt is not signed; .*",
                    "6.0.1 (swap:5:" + retitled + ") does not run: .*")) {
                String pattern = "sluice: bundle " + WITNESS + " "
                        + expected.replace("(", "\\(").replace(")", "\\)");
                assertTrue(
                        complaints.toString().lines().anyMatch(line -> line.matches(pattern)),
                        expected + "\n" + complaints);
            }
            Files.copy(unsigned, home.resolve("deploy/unsigned.jar"));
            running.awaitLine("/deploy/unsigned.jar) does not run: ");
            for (String file : List.of("unsigned", "other", "changed", "added", "retitled")) {
                assertTrue(Files.notExists(jars.resolve(file)), file + ": its code ran");
            }
            // An update is judged anew; the signed version is active until then.
            assertEquals("1.0.0 active\n", Files.readString(jars.resolve("record")));
            WitnessJar.write(jars.resolve("next.jar"), "7.0.0", jars.resolve("record"));
            sign(keys, jars.resolve("next.jar"), "listed");
            Distribution.Result good = Distribution.sluice(
                    USER,
                    "",
                    "attach",
                    name,
                    "--",
                    "sluice:swap",
                    WITNESS,
                    jars.resolve("next.jar").toString());
            assertEquals(0, good.status(), good::err);
            assertTrue(Files.readString(jars.resolve("record")).contains("7.0.0 active\n1.0.0 0 0\n"));
        }
    }
}
