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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules, profiles, what a denied program sees, and what its owner is told. */
class PolicyIT {

    private static final Pattern REMEDY = Pattern.compile("\"remedy\" : \"([^\"]*)\"");

    @BeforeEach
    void python() {
        Programs.require("python3");
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void policySaysEacces(User user) throws Exception {
        Distribution.Result result = attempt(
                user,
                user.folder(),
                List.of(),
                "ip('connect', '192.0.2.1', 80)",
                "ip('connect', '::ffff:192.0.2.1', 80)",
                "ip('connect', '2001:db8::1', 80)",
                "ip('bind', '192.0.2.1', 80)",
                "unix('connect', '/dev/null')",
                "unix('connect', '\\0somebody')",
                "unix('bind', '\\0mine')",
                "unix('bind', './own') or unix('connect', './own')");
        // Connecting to one's own socket, on which nobody listens, is the kernel's affair.
        assertEquals(
                List.of("EACCES", "EACCES", "EACCES", "EACCES", "EACCES", "EACCES", "EACCES", "ECONNREFUSED"),
                answers(result));
        assertTrue(result.err().contains("7 calls were denied"), result::err);
        for (String told : List.of(
                "--allow-connect '192.0.2.1!80'",
                "2001:db8::1!80: no grant",
                "--allow-bind '192.0.2.1!80'",
                "/dev/null: no grant",
                "--unix-connect /dev/null",
                "@somebody: abstract names are not granted",
                "--unix-connect @somebody",
                "--unix-bind @mine")) {
            assertTrue(result.err().contains(told), () -> told + " is not in\n" + result.err());
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void aBuildGetsItsCachesAndNotWhatLiesBesideThem(User user) throws Exception {
        Path folder = user.folder();
        String prepare =
                "mkdir -p work home/.m2/repository home/.cargo/bin && echo tool >home/.cargo/bin/tool && echo secret >home/.m2/settings.xml";
        assertEquals(
                0,
                Distribution.bare(user, folder, "", List.of("sh", "-c", prepare))
                        .status());
        String build =
                """
                exec 2>/dev/null
                (echo kept >"$HOME/.m2/repository/artifact") && echo cached
                cat "$HOME/.cargo/bin/tool"
                (echo other >"$HOME/.cargo/bin/tool") || echo tool stays
                cat "$HOME/.m2/settings.xml" || echo settings hidden
                echo made >made && cat made
                """;
        assertEquals(
                "cached\ntool\ntool stays\nsettings hidden\nmade\n",
                atHome(user, folder, "build", build).out());
        assertEquals("kept\n", Files.readString(folder.resolve("home/.m2/repository/artifact")));
        assertEquals(
                "tool stays\nsettings hidden\nmade\n",
                atHome(user, folder, "default", build).out());
    }

    private static Distribution.Result atHome(User user, Path folder, String profile, String script) throws Exception {
        return Distribution.bare(
                user,
                folder.resolve("work"),
                "",
                List.of(
                        "env",
                        "HOME=" + folder.resolve("home"),
                        Distribution.home().resolve("bin/sluice").toString(),
                        "run",
                        "--profile",
                        profile,
                        "--",
                        "sh",
                        "-c",
                        script));
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void badArgumentsGetWhatTheKernelGives(User user) throws Exception {
        String[] lines = {
            "raw('connect', 999, b'', 16)",
            "raw('connect', 0, b'\\x02\\0\\0\\x50\\x7f\\0\\0\\x01' + 8 * b'\\0', 16)",
            "raw('connect', stream(2).fileno(), None, 16)",
            "raw('bind', stream(2).fileno(), None, 16)",
            "raw('connect', stream(2).fileno(), b'\\x02\\0', 2)",
            "raw('connect', stream(2).fileno(), b'\\x02\\0' + 198 * b'\\0', 200)",
            "raw('bind', stream(2).fileno(), b'\\x02\\0' + 198 * b'\\0', -1)",
            "raw('bind', stream(2).fileno(), b'\\x63\\0' + 14 * b'\\0', 16)",
            "raw('connect', stream(1).fileno(), b'\\x01\\0', 2)",
            "raw('connect', stream(1).fileno(), b'\\x01\\0' + 200 * b'x', 202)",
            "raw('bind', stream(1).fileno(), b'\\x01\\0', 1)",
            "unix('connect', './nothing/here')",
            "unix('connect', './try.py/here')",
            "os.symlink('loop', 'loop') or unix('connect', './loop/x')",
            "unix('bind', './try.py')",
            "ip('bind', '127.0.0.1', 0)",
        };
        Path plain = user.folder();
        Files.writeString(plain.resolve("try.py"), Attempts.TRY);
        Distribution.Result bare =
                Distribution.bare(user, plain, String.join("\n", lines) + "\n", List.of("python3", "try.py"));
        Distribution.Result inside = attempt(user, user.folder(), List.of(), lines);
        assertEquals(lines.length, answers(bare).size(), bare::err);
        assertEquals(answers(bare), answers(inside));
        assertEquals("", inside.err(), "nothing of this is policy's");
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void theFlagsOfAReportAllowWhatWasDenied(User user) throws Exception {
        Path folder = user.folder();
        String[] lines = {
            "ip('connect', '127.0.0.1', 1)",
            "ip('bind', '127.0.0.1', 0)",
            "unix('connect', '/dev/null')",
            "unix('connect', '\\0no body')",
            "unix('bind', '\\0sluice-it-" + ProcessHandle.current().pid() + "-" + user + "')",
            "unix('bind', os.path.join(os.getcwd(), 'x.sock'))",
        };
        Files.writeString(
                folder.resolve("strict.json"),
                """
                {
                    "extends": "default",
                    "network": { "connect": "deny", "bind": "deny", "send": "deny" },
                    "unix": { "default": "deny" }
                }
                """);
        List<String> strict = List.of("--profile", "./strict.json", "--report", "json");
        Distribution.Result first = attempt(user, folder, strict, lines);
        for (String answer : answers(first)) {
            assertEquals("EACCES", answer, first::err);
        }
        assertTrue(first.err().contains("\"denied\" : " + lines.length), first::err);
        List<String> options = new ArrayList<>(strict);
        Matcher remedy = REMEDY.matcher(first.err());
        while (remedy.find()) {
            String[] flag = remedy.group(1).split(" ", 2);
            options.add(flag[0]);
            // A shell would take the quotes away.
            options.add(flag[1].replaceAll("^'|'$", ""));
        }
        assertEquals(strict.size() + 2 * lines.length, options.size(), first::err);
        Distribution.Result second = attempt(user, folder, options, lines);
        assertFalse(answers(second).contains("EACCES"), () -> second.out() + second.err() + options);
        assertTrue(second.err().contains("\"denied\" : 0"), second::err);
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void unixGrantsReachAsFarAsTheySay(User user) throws Exception {
        Path folder = user.folder();
        Path outside = user.folder();
        for (String name : List.of("one", "children/a", "children/deep/b", "tree/c", "tree/deep/d")) {
            Files.createDirectories(outside.resolve(name));
        }
        Distribution.Result opened =
                Distribution.bare(User.OWN, outside, "", List.of("chmod", "-R", "a+rwX", outside.toString()));
        assertEquals(0, opened.status(), opened::err);
        List<String> options = List.of(
                "--unix-connect", outside + "/one/s",
                "--unix-connect", outside + "/children/",
                "--unix-bind", outside + "/tree/**",
                "--write", outside + "",
                "--unix-connect", "@it-*");
        String at = "'" + outside + "/";
        // Where a connection is allowed nobody listens: that is the kernel's ECONNREFUSED, or ENOENT without a file.
        Distribution.Result result = attempt(
                user,
                folder,
                options,
                "open(" + at + "one/s', 'w').close()",
                "unix('connect', " + at + "one/s')",
                "open(" + at + "one/other', 'w').close()",
                "unix('connect', " + at + "one/other')",
                "open(" + at + "children/s', 'w').close()",
                "unix('connect', " + at + "children/s')",
                "open(" + at + "children/deep/s', 'w').close()",
                "unix('connect', " + at + "children/deep/s')",
                "unix('bind', " + at + "tree/deep/s')",
                "unix('connect', " + at + "tree/deep/s')",
                "os.symlink(" + at + "one/other', " + at + "children/link') or unix('connect', " + at
                        + "children/link')",
                "unix('connect', '\\0it-x')",
                "unix('connect', '\\0other')",
                "unix('bind', '\\0it-x')");
        assertEquals(
                List.of(
                        "ok",
                        "ECONNREFUSED",
                        "ok",
                        "EACCES",
                        "ok",
                        "ECONNREFUSED",
                        "ok",
                        "EACCES",
                        "ok",
                        "ECONNREFUSED",
                        "EACCES",
                        "ECONNREFUSED",
                        "EACCES",
                        "EACCES"),
                answers(result),
                result::err);
        String err = result.err().replaceAll("\\s+", " ");
        for (String told : List.of(
                outside + "/one/other (2 times): no grant",
                "@other: abstract names are not granted",
                "@it-x: grant is connect only",
                "--unix-bind @it-x")) {
            assertTrue(err.contains(told), () -> told + " is not in\n" + err);
        }
    }

    @Test
    void whatCannotBeEnforcedStopsTheRunOrIsTold() throws Exception {
        Distribution.Result refused =
                Distribution.sluice(User.OWN, "", "run", "--datagram", "any", "--no-portmap", "--", "echo", "ran");
        assertEquals(125, refused.status(), refused::err);
        assertEquals("", refused.out());
        assertEquals(1, refused.err().lines().count(), refused::err);
        assertTrue(refused.err().contains("Landlock ABI 9"), refused::err);
        assertTrue(refused.err().contains("--degrade"), refused::err);
        Distribution.Result degraded = Distribution.sluice(
                User.OWN, "", "run", "--degrade", "--datagram", "any", "--no-portmap", "--", "echo", "ran");
        assertEquals("ran\n", degraded.out(), degraded::err);
        assertTrue(degraded.err().contains("not enforced here: the default 'own' of Unix sockets"), degraded::err);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "why connect 127.0.0.1!80; 0; allowed: default of connect",
                "why connect 192.0.2.1!80; 1; --allow-connect '192.0.2.1!80'",
                "why bind 0.0.0.0!80; 0; allowed on loopback only",
                "why --profile server bind 0.0.0.0!80; 0; is allowed: default of bind in profile server",
                "why --deny-bind any!80 bind 0.0.0.0!80; 1; deny net/bind any!80",
                "why send 192.0.2.53!53; 1; name lookup was denied; add --allow-connect '192.0.2.53!53'",
                "why --allow-send any!53 send 192.0.2.53!53; 0; allow net/send any!53",
                "why open /etc/shadow; 0; writing /etc/shadow is denied",
                "why open /root; 1; --read /root",
                "why open /tmp/x; 1; reading /tmp/x is denied: no grant",
                "why --approve shell open /; 1; reading / is asked about: no grant, and openat.approve is shell",
                "why unix /run/x.sock; 1; --unix-connect /run/x.sock",
                "why --unix-connect /run/ unix /run/x.sock; 0; allow net/connect /run/",
                "why --proxy 3128 connect 192.0.2.1!80; 1; --connect-mode rules",
                "why --connect-mode unix-only connect 192.0.2.1!80; 0; is allowed",
            })
    void whySaysWhichRuleDecides(String arguments, int status, String part) throws Exception {
        Distribution.Result result = Distribution.sluice(User.OWN, "", arguments.split(" "));
        assertEquals(status, result.status(), result::err);
        assertTrue((result.out().replace("\n", "; ") + result.err()).contains(part), result::out);
        assertEquals("", result.err());
    }

    @Test
    void profilesAreShownCheckedAndDescribed() throws Exception {
        Path folder = User.OWN.folder();
        Distribution.Result shown =
                Distribution.sluiceIn(User.OWN, folder, "", "profile", "--allow-connect", "any!443", "show", "server");
        assertEquals(0, shown.status(), shown::err);
        assertTrue(shown.out().contains("allow net/connect any!443"), shown::out);
        Files.writeString(folder.resolve("shown.json"), shown.out());
        Files.writeString(folder.resolve("bad.json"), "{\n  \"extends\": \"default\",\n  \"netwrok\": {}\n}");
        Distribution.Result checked =
                Distribution.sluiceIn(User.OWN, folder, "", "profile", "validate", "./shown.json", "./bad.json");
        assertEquals(1, checked.status());
        assertEquals(
                "sluice: ./bad.json:3: unknown key 'netwrok' in the profile; did you mean 'network'?\n",
                checked.err().replaceFirst("sluice: [^:]*bad.json", "sluice: ./bad.json"));
        Distribution.Result schema = Distribution.sluice(User.OWN, "", "profile", "schema");
        assertTrue(schema.out().contains("https://json-schema.org/draft/2020-12/schema"), schema::out);
        Distribution.Result explained =
                Distribution.sluice(User.OWN, "", "run", "--proxy", "3128", "--explain", "--", "true");
        assertTrue(explained.out().contains("connect deny, bind deny, send deny"), explained::out);
        assertTrue(explained.out().contains("allow net/connect loopback!3128  (connect.proxy)"), explained::out);
        assertTrue(
                explained.out().contains("the core itself, because it performs connect or listen: getsockopt("),
                explained::out);
    }

    @Test
    void checkSaysWhatTheKernelOffers() throws Exception {
        Distribution.Result result = Distribution.sluice(User.OWN, "", "check");
        assertEquals(0, result.status(), result::err);
        assertTrue(result.out().contains("Landlock"), result::out);
        assertTrue(result.out().contains("seccomp"), result::out);
        assertEquals("", result.err());
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void aSandboxDoesNotChangeItsProfileUnseen(User user) throws Exception {
        Path folder = user.folder();
        Path profile = Files.writeString(folder.resolve("app.json"), "{ \"extends\": \"default\" }");
        if (user == User.NOBODY) {
            Files.setAttribute(profile, "unix:uid", 65534);
        }
        Distribution.Result untouched =
                Distribution.sluiceIn(user, folder, "", "run", "--profile", "./app.json", "--", "cat", "app.json");
        assertEquals("", untouched.err());
        Distribution.Result changed = Distribution.sluiceIn(
                user,
                folder,
                "",
                "run",
                "--profile",
                "./app.json",
                "--",
                "sh",
                "-c",
                "echo '{ \"extends\": \"open\" }' > app.json");
        assertEquals(0, changed.status(), changed::err);
        assertTrue(changed.err().contains("app.json was changed while sh-"), changed::err);
        assertEquals(1, changed.err().lines().count(), changed::err);
    }

    /** A profile of one's own that grants no private folder: programs are not sent there. */
    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void theTemporaryFolderIsNamedWhereItIsGranted(User user) throws Exception {
        Path folder = user.folder();
        String reads = "\"read\": [\"/usr\", \"/etc\", {\"path\": \"/bin\", \"optional\": true}, "
                + "{\"path\": \"/lib\", \"optional\": true}, {\"path\": \"/lib64\", \"optional\": true}]";
        Files.writeString(folder.resolve("without.json"), "{\"files\": {" + reads + ", \"write\": [\"/dev/null\"]}}");
        Files.writeString(folder.resolve("with.json"), "{\"files\": {" + reads + ", \"write\": [\"$TMP\"]}}");
        String script = "echo \"$TMPDIR\"; echo x >\"$TMPDIR/file\" && echo written";
        Distribution.Result without = run(user, folder, "without.json", script);
        assertEquals("/outer\n", without.out(), without::err);
        for (String profile : new String[] {"default", "with.json"}) {
            Distribution.Result with = run(user, folder, profile, script);
            assertTrue(with.out().matches("/.*/sluice-tmp-.*\nwritten\n"), with.out() + with.err());
        }
    }

    private static Distribution.Result run(User user, Path folder, String profile, String script) throws Exception {
        return Distribution.sluiceIn(
                user,
                folder,
                "",
                "run",
                "--report",
                "none",
                "--env",
                "TMPDIR=/outer",
                "--profile",
                profile,
                "--",
                "sh",
                "-c",
                script);
    }
}
