package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.itest.Attempts.answers;
import static org.sluice.itest.Attempts.attempt;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.itest.Distribution.Result;

/** Files that are read only if what they say is trusted, signed with openssl(1) as a user would. */
class InstructionsIT {

    @BeforeAll
    static void needOpenssl() {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed");
    }

    /** A folder with keys and a signed list, beside the one that the command works in. */
    private static Path prepare(User user, String script) throws Exception {
        Path folder = user.folder();
        Result made = Distribution.bare(
                user,
                folder,
                "",
                List.of(
                        "/bin/sh",
                        "-ec",
                        """
                        mkdir safe checkout checkout/sub checkout/other
                        openssl genpkey -algorithm ed25519 -out safe/ed && openssl pkey -in safe/ed -pubout -out safe/ed.pub
                        openssl ecparam -name prime256v1 -genkey -noout -out safe/ec && openssl pkey -in safe/ec -pubout -out safe/ec.pub
                        echo listed > checkout/AGENTS.md; echo signed > checkout/sub/AGENTS.md; echo unknown > checkout/other/AGENTS.md
                        sha256sum checkout/AGENTS.md > safe/list
                        openssl pkeyutl -sign -inkey safe/ed -rawin -in safe/list -out safe/list.sig
                        openssl dgst -sha256 -sign safe/ec checkout/sub/AGENTS.md | base64 > checkout/sub/AGENTS.md.sig
                        """
                                + script));
        assertEquals(0, made.status(), made::err);
        return folder;
    }

    private static Path profile(Path folder, String more) throws Exception {
        return Files.writeString(
                folder.resolve("p.json"),
                """
                { "extends": "default", "handlers": { "openat": { "trusted": {
                    "files": ["**/AGENTS.md"], "keys": ["%1$s/safe/ed.pub", "%1$s/safe/ec.pub"], "lists": ["%1$s/safe/list"]%2$s
                } } } }
                """
                        .formatted(folder, more));
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void aListOrASignatureIsAsked(User user) throws Exception {
        Path folder = prepare(user, "");
        Path profile = profile(folder, "");
        String[] lines = {
            "open('AGENTS.md').read() != 'listed\\n'",
            "open('sub/AGENTS.md').read() != 'signed\\n'",
            "open('other/AGENTS.md')",
            "open('sub/AGENTS.md.sig') and 0",
            "os.symlink('AGENTS.md', 'alias') or open('alias').read() != 'listed\\n'",
            "open('AGENTS.md', 'a').write('more') and 0",
            "open('AGENTS.md')",
            "open('alias')"
        };
        Result result = attempt(user, folder.resolve("checkout"), List.of("--profile", profile.toString()), lines);
        assertEquals(List.of("ok", "ok", "EACCES", "ok", "ok", "ok", "EACCES", "EACCES"), answers(result));
        assertTrue(result.err().contains("instruction file is not trusted"), result.err());
        assertTrue(result.err().contains("sign it, or add sha256 "), result.err());
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void warnTellsAndAuditRecords(User user) throws Exception {
        Path folder = prepare(user, "");
        for (String mode : List.of("warn", "audit")) {
            Path profile = profile(folder, ", \"mode\": \"" + mode + "\"");
            Path audit = folder.resolve(mode + ".ndjson");
            Result result = Distribution.sluiceIn(
                    user,
                    folder.resolve("checkout"),
                    "",
                    "run",
                    "--profile",
                    profile.toString(),
                    "--audit",
                    audit.toString(),
                    "--",
                    "/bin/sh",
                    "-c",
                    "cat other/AGENTS.md other/AGENTS.md; cat AGENTS.md");
            assertEquals(0, result.status(), result::err);
            assertEquals("unknown\nunknown\nlisted\n", result.out());
            assertEquals(
                    mode.equals("warn"), result.err().contains("an instruction file is not trusted: "), result.err());
            assertEquals(
                    2,
                    Files.readString(audit)
                            .lines()
                            .filter(line -> line.contains("untrusted-file"))
                            .count());
        }
    }

    /** One line that names the thing, the place and the remedy, before anything runs. */
    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void whatCannotBeUsedStopsTheStart(User user) throws Exception {
        Path folder = prepare(
                user,
                """
                openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048 -out safe/rsa; openssl pkey -in safe/rsa -pubout -out safe/rsa.pub
                echo nothing > safe/none; cp safe/ed.pub checkout/ed.pub
                cp safe/list safe/unsigned; cp safe/list safe/forged; cp safe/list.sig safe/forged.sig; echo >> safe/forged
                echo rubbish > safe/bad; openssl pkeyutl -sign -inkey safe/ed -rawin -in safe/bad -out safe/bad.sig
                """);
        String safe = folder + "/safe/";
        String ed = "\"keys\": [\"" + safe + "ed.pub\"], ";
        Map<String, String> said = Map.ofEntries(
                Map.entry(
                        "\"keys\": [\"" + safe + "gone\"]", "openat.trusted.keys: there is no file " + safe + "gone;"),
                Map.entry(
                        "\"keys\": [\"" + safe + "none\"]",
                        safe + "none holds no public key in PEM; write the public key"),
                Map.entry(
                        "\"keys\": [\"" + safe + "rsa.pub\"]",
                        safe + "rsa.pub holds a key of an unknown algorithm; write"),
                Map.entry(
                        "\"keys\": [\"" + safe + "ed\"]", safe + "ed holds a PRIVATE KEY and not a PUBLIC KEY; write"),
                Map.entry(
                        "\"keys\": [\"" + folder + "/checkout/ed.pub\"]",
                        "the command may write " + folder + "/checkout/ed.pub"),
                Map.entry("\"keys\": []", "openat.trusted has no 'keys', so nothing could be verified; add"),
                Map.entry(
                        ed + "\"lists\": [\"" + safe + "gone\"]",
                        "openat.trusted.lists: there is no file " + safe + "gone;"),
                Map.entry(ed + "\"lists\": [\"" + safe + "unsigned\"]", "there is no file " + safe + "unsigned.sig;"),
                Map.entry(
                        ed + "\"lists\": [\"" + safe + "forged\"]",
                        safe + "forged is by none of the keys; sign the list"),
                Map.entry(ed + "\"lists\": [\"" + safe + "bad\"]", safe + "bad:1 has no SHA-256; write the lines with"),
                Map.entry(ed + "\"mode\": \"denny\"", "openat.trusted.mode"),
                Map.entry(ed + "\"list\": []", "unknown key 'list' in 'openat.trusted'"),
                Map.entry(ed + "\"signatures\": \"sig\"", "'openat.trusted.signatures' is the ending of a name"));
        for (Map.Entry<String, String> each : said.entrySet()) {
            Path profile = Files.writeString(
                    folder.resolve("bad.json"),
                    "{ \"extends\": \"default\", \"handlers\": { \"openat\": { \"trusted\": { \"files\": [\"**/AGENTS.md\"], "
                            + each.getKey() + " } } } }");
            Result result = Distribution.sluiceIn(
                    user, folder.resolve("checkout"), "", "run", "--profile", profile.toString(), "--", "echo", "ran");
            assertEquals(125, result.status(), each.getKey());
            assertTrue(result.err().contains(each.getValue()), each.getKey() + ": " + result.err());
            assertEquals(1, result.err().lines().count(), result.err());
            assertFalse(result.out().contains("ran"), each.getKey());
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void explainAndWhySaySo(User user) throws Exception {
        Path folder = prepare(user, "");
        String profile = profile(folder, "").toString();
        Path work = folder.resolve("checkout");
        String explained = Distribution.sluiceIn(user, work, "", "run", "--profile", profile, "--explain", "--", "true")
                .out();
        assertTrue(explained.contains("instruction files\n  " + work + "/**/AGENTS.md\n"), explained);
        assertTrue(explained.contains("by 2 keys and 1 signed digests; others: deny"), explained);
        assertTrue(explained.contains("every file that is read is opened by Sluice"), explained);
        Result why =
                Distribution.sluiceIn(user, work, "", "why", "--profile", profile, "open", work + "/sub/AGENTS.md");
        assertTrue(
                why.out().contains("it is an instruction file: it is read as it was verified, or not at all"),
                why.out());
        why = Distribution.sluiceIn(user, work, "", "why", "--profile", profile, "open", work + "/README.md");
        assertFalse(why.out().contains("instruction file"), why.out());
    }
}
