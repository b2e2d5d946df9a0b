package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.itest.Attempts.answers;
import static org.sluice.itest.Attempts.attempt;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.itest.Distribution.Result;

/** Files that are read only if a Sigstore bundle stands beside them, by a Sigstore that the tests make. */
class SigstoreIT {

    private static final String TEAM =
            "\"identities\": [{ \"issuer\": \"https://accounts.example\", \"subject\": \"team@example.org\" }]";

    /** A folder with a trusted root, beside the one that the command works in: one file is signed, one has its bundle. */
    private static Path prepare(User user) throws Exception {
        Path folder = user.folder();
        Path safe = Files.createDirectory(folder.resolve("safe"));
        Path work = folder.resolve("checkout");
        Files.createDirectories(work.resolve("sub"));
        Files.createDirectories(work.resolve("other"));
        Path signed = Files.writeString(work.resolve("AGENTS.md"), "signed\n");
        Files.writeString(work.resolve("sub/AGENTS.md"), "forged\n");
        Files.writeString(work.resolve("other/AGENTS.md"), "unknown\n");
        Result made = Distribution.bare(
                User.OWN,
                folder,
                "",
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        Distribution.property("sluice.tree") + "/trust.sigstore/target/test-classes:"
                                + Distribution.home() + "/bundle/sigstore/lib/*",
                        "org.sluice.trust.sigstore.PrivateSigstore",
                        safe.toString(),
                        signed.toString()));
        assertEquals(0, made.status(), made::err);
        Files.copy(Path.of(signed + ".sigstore.json"), work.resolve("sub/AGENTS.md.sigstore.json"));
        Result owned =
                Distribution.bare(User.OWN, folder, "", List.of("chown", "-R", "--reference=.", "checkout", "safe"));
        assertEquals(0, owned.status(), owned::err);
        return folder;
    }

    private static Path profile(Path folder, String section) throws Exception {
        return Files.writeString(
                folder.resolve("p.json"),
                "{ \"extends\": \"default\", \"handlers\": { \"openat\": { \"trusted\": {"
                        + " \"files\": [\"**/AGENTS.md\"], \"sigstore\": { " + section + " } } } } }");
    }

    private static String root(Path folder) {
        return "\"root\": \"" + folder + "/safe/trusted_root.json\", ";
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void aBundleBesideAFileIsAsked(User user) throws Exception {
        Path folder = prepare(user);
        Path profile = profile(folder, root(folder) + TEAM);
        String[] lines = {
            "open('AGENTS.md').read() != 'signed\\n'",
            "open('sub/AGENTS.md')",
            "open('other/AGENTS.md')",
            "open('sub/AGENTS.md.sigstore.json') and 0",
            "open('AGENTS.md', 'a').write('more') and 0",
            "open('AGENTS.md')"
        };
        Path work = folder.resolve("checkout");
        Result result = attempt(user, work, List.of("--profile", profile.toString()), lines);
        assertEquals(List.of("ok", "EACCES", "EACCES", "ok", "ok", "EACCES"), answers(result));
        String said = result.err().replaceAll("\\s+", " ");
        assertTrue(said.contains("not trusted: its bundle is refused: it is of another content"), result.err());
    }

    /** In a network namespace with nothing in it, not even loopback. */
    @Test
    void noNetworkIsNeeded() throws Exception {
        Assumptions.assumeTrue(User.OWN.isRoot(), "only root can take the network away");
        Path folder = prepare(User.OWN);
        Path profile = profile(folder, root(folder) + TEAM);
        List<String> command = new ArrayList<>(List.of("unshare", "--net"));
        command.add(Distribution.home().resolve("bin/sluice").toString());
        command.addAll(List.of("run", "--profile", profile.toString(), "--", "cat", "AGENTS.md"));
        Result result = Distribution.bare(User.OWN, folder.resolve("checkout"), "", command);
        assertEquals("signed\n", result.out(), result::err);
        assertEquals(0, result.status(), result::err);
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void whyAndExplainSaySo(User user) throws Exception {
        Path folder = prepare(user);
        String profile = profile(folder, root(folder) + TEAM).toString();
        Path work = folder.resolve("checkout");
        Result why = Distribution.sluiceIn(user, work, "", "why", "--profile", profile, "open", work + "/AGENTS.md");
        assertTrue(
                why.out().contains("is trusted: signed by team@example.org (https://accounts.example), as its bundle"),
                why.out() + why.err());
        why = Distribution.sluiceIn(user, work, "", "why", "--profile", profile, "open", work + "/sub/AGENTS.md");
        assertTrue(why.out().contains("its bundle is refused: it is of another content; sign it, or"), why.out());
        Result explained =
                Distribution.sluiceIn(user, work, "", "run", "--profile", profile, "--explain", "--", "true");
        assertTrue(
                explained.out().contains("bundles (*.sigstore.json) of [team@example.org (https://accounts.example)]"),
                explained.out() + explained.err());
    }

    /** One line that names the thing, the place and the remedy, before anything runs. */
    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void whatCannotBeUsedStopsTheStart(User user) throws Exception {
        Path folder = prepare(user);
        Files.writeString(folder.resolve("safe/rubbish.json"), "rubbish");
        Files.copy(folder.resolve("safe/trusted_root.json"), folder.resolve("checkout/root.json"));
        String safe = folder + "/safe/";
        String root = root(folder);
        Map<String, String> said = Map.ofEntries(
                Map.entry(
                        "\"root\": \"" + safe + "gone\", " + TEAM,
                        "openat.trusted.sigstore.root: there is no file " + safe + "gone; create it"),
                Map.entry(
                        "\"root\": \"" + safe + "rubbish.json\", " + TEAM,
                        "openat.trusted.sigstore.root: " + safe + "rubbish.json is no trusted root: "),
                Map.entry(
                        "\"root\": \"" + folder + "/checkout/root.json\", " + TEAM,
                        "openat.trusted: the command may write " + folder + "/checkout/root.json"),
                Map.entry("\"root\": \"root.json\", " + TEAM, "'openat.trusted.sigstore.root' is a path that begins"),
                Map.entry(TEAM, "'openat.trusted.sigstore' needs its 'root'"),
                Map.entry(root + "\"identity\": []", "unknown key 'identity' in 'openat.trusted.sigstore'"),
                Map.entry(root + "\"identities\": []", "'openat.trusted.sigstore.identities' is empty"),
                Map.entry(root + "\"identities\": [{ \"issuer\": \"x\" }]", "needs its 'subject'"),
                Map.entry(root + TEAM + ", \"bundles\": \"json\"", "is the ending of a name"));
        for (Map.Entry<String, String> each : said.entrySet()) {
            Path profile = profile(folder, each.getKey());
            Result result = Distribution.sluiceIn(
                    user, folder.resolve("checkout"), "", "run", "--profile", profile.toString(), "--", "echo", "ran");
            assertEquals(125, result.status(), each.getKey());
            assertTrue(result.err().contains(each.getValue()), each.getKey() + ": " + result.err());
            assertEquals(1, result.err().lines().count(), result.err());
            assertFalse(result.out().contains("ran"), each.getKey());
        }
    }

    /** A distribution without the folder does all else, so no other start reads anything there. */
    @Test
    void onlyAProfileThatNamesItNeedsIt() throws Exception {
        User user = User.available().toList().get((int) User.available().count() - 1);
        Path home = Distribution.copyFor(user);
        Result removed = Distribution.bare(user, home, "", List.of("rm", "-r", "bundle/sigstore"));
        assertEquals(0, removed.status(), removed::err);
        Path folder = prepare(user);
        Path work = folder.resolve("checkout");
        String sluice = home.resolve("bin/sluice").toString();
        Result plain = Distribution.bare(user, work, "", List.of(sluice, "run", "--", "cat", "AGENTS.md"));
        assertEquals("signed\n", plain.out(), plain::err);
        Path profile = profile(folder, root(folder) + TEAM);
        Result result = Distribution.bare(
                user, work, "", List.of(sluice, "run", "--profile", profile.toString(), "--", "cat", "AGENTS.md"));
        assertEquals(125, result.status(), result.err());
        assertEquals(
                "sluice: openat.trusted.sigstore: this distribution has no folder bundle/sigstore, so nothing here verifies"
                        + " Sigstore bundles; install a complete one, or take the key out of the profile\n",
                result.err());
    }
}
