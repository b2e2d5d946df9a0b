package org.sluice.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.notify.Rule;

/** What a document says, how documents are joined, and what a bad one is told. */
class ProfileLoaderTest {

    @TempDir
    Path folder = Path.of("");

    private final ProfileLoader loader = new ProfileLoader();

    private Profile parse(String text) {
        return loader.parse(text.getBytes(StandardCharsets.UTF_8), "p.json");
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static String message(Runnable run) {
        return String.valueOf(assertThrows(PolicyException.class, run::run).getMessage());
    }

    @Test
    void anEmptyProfileGrantsNothing() {
        Profile profile = parse("{}");
        assertEquals(
                new Profile(
                        "p.json",
                        List.of(),
                        new Profile.Defaults("deny", "deny", "deny", "deny"),
                        List.of(),
                        Map.of("connect", SectionSettings.EMPTY, "unix", SectionSettings.EMPTY),
                        Set.of(),
                        List.of(),
                        "rules",
                        Set.of()),
                profile);
    }

    @Test
    void whoEnforcesARestrictionTakesPart() {
        String open = "\"network\": {\"connect\": \"allow\", \"bind\": \"allow\", \"send\": \"allow\"%s},"
                + " \"unix\": {\"default\": \"allow\"}";
        assertEquals(Set.of(), parse("{" + open.formatted("") + "}").handlers().keySet());
        assertEquals(
                Set.of("connect"),
                parse("{" + open.formatted(", \"rules\": [\"deny bind any!1\"]") + "}")
                        .handlers()
                        .keySet());
        assertEquals(
                Set.of("unix"),
                parse("{" + open.formatted(", \"rules\": [\"deny connect /run/x\"]") + "}")
                        .handlers()
                        .keySet());
        assertEquals(
                Set.of("unix"),
                parse("{\"handlers\": {\"connect\": false}}").handlers().keySet(),
                "taken out by name");
    }

    @Test
    void everySectionIsRead() {
        Profile profile = parse(
                """
                // a comment
                {
                    "$schema": "x", "description": "x", /* another */
                    "files": { "read": ["/a", { "path": "$HOME/b", "optional": true }], "write": ["c", "."] },
                    "network": { "connect": "allow", "bind": "loopback", "send": "deny",
                        "rules": ["allow net/connect 192.0.2.0/24!443",
                                  "deny bind any!80"] },
                    "unix": { "default": "own", "connect": ["/run/x"], "bind": ["@y*"] },
                    "datagram": "deny",
                    "handlers": { "bind": { "safe": false }, "portmap": { "publish": [80, 443] }, "unix": true,
                        "com.example.x": { "any": [1, { "deep": null }], "n": 5, "t": "u" } },
                    "required": ["unix", "com.example.y"],
                    "reserve": ["connect", "*"],
                    "environment": { "inherit": false, "pass": ["PATH"], "set": { "A": "1" }, "unset": ["B"] },
                    "limits": { "time": "30s", "memory": "512M", "nofile": 100 },
                    "capabilities": ["CAP_NET_RAW"],
                }
                """);
        assertEquals(
                List.of(
                        new Profile.FileGrant("/a", false, false),
                        new Profile.FileGrant("$HOME/b", false, true),
                        new Profile.FileGrant("$CWD/c", true, false),
                        new Profile.FileGrant("$CWD", true, false)),
                profile.files());
        assertEquals(new Profile.Defaults("allow", "loopback", "deny", "own"), profile.defaults());
        assertEquals(
                List.of(
                        new Rule(true, Rule.CONNECT, "192.0.2.0/24!443"),
                        new Rule(false, Rule.BIND, "any!80"),
                        new Rule(true, Rule.CONNECT, "/run/x"),
                        new Rule(true, Rule.CONNECT, "@y*"),
                        new Rule(true, Rule.BIND, "@y*")),
                profile.rules());
        assertEquals(List.of("p.json:6", "p.json:7", "p.json:8", "p.json:8", "p.json:8"), profile.sources());
        assertEquals("deny", profile.datagram());
        assertEquals(
                Set.of("bind", "connect", "portmap", "unix", "com.example.x", "com.example.y"),
                profile.handlers().keySet());
        assertFalse(profile.settings("bind").flag("safe", true));
        assertEquals(List.of("80", "443"), profile.settings("portmap").texts("publish"));
        assertEquals(5, profile.settings("com.example.x").number("n", 0));
        assertEquals("u", profile.settings("com.example.x").text("t", ""));
        assertEquals("else", profile.settings("com.example.x").text("none", "else"));
        assertEquals(
                List.of(1L, Map.of("deep", "")),
                profile.settings("com.example.x").values().get("any"));
        assertEquals(Set.of("unix", "com.example.y"), profile.required());
        assertEquals(List.of("connect", "*"), profile.reserve());
        assertEquals(new Environment(false, List.of("PATH"), Map.of("A", "1"), List.of("B")), profile.environment());
        assertEquals(Map.of("time", 30_000L, "memory", 512L << 20, "nofile", 100L), profile.limits());
        assertEquals(Set.of("CAP_NET_RAW"), profile.capabilities());
    }

    @Test
    void whatIsExtendedComesFirstAndIsWeaker() throws IOException {
        write(
                "a.json",
                "{\"network\": {\"connect\": \"allow\", \"rules\": [\"allow connect any!1\"]},"
                        + "\"handlers\": {\"portmap\": {\"peers\": true, \"publish\": [1]}, \"bind\": {}}}");
        write("b.json", "{\"files\": {\"read\": [\"/b\"]}}");
        Path file = write(
                "c.json",
                "{\"handlers\": {\"portmap\": {\"publish\": [2]}, \"bind\": false},"
                        + "\"network\": {\"rules\": [\"deny connect any!1\"]}, \"extends\": [\"./a.json\", \"b.json\"]}");
        Profile profile = loader.load(file.toString());
        assertEquals("allow", profile.defaults().connect(), "a profile without a word on it changes nothing");
        assertEquals(List.of("./a.json:1", file + ":1"), profile.sources());
        assertEquals(
                List.of(true, false), profile.rules().stream().map(Rule::allow).toList());
        assertEquals(Set.of("connect", "portmap", "unix"), profile.handlers().keySet());
        assertTrue(profile.settings("portmap").flag("peers", false));
        assertEquals(List.of("2"), profile.settings("portmap").texts("publish"));
        assertEquals(List.of(new Profile.FileGrant("/b", false, false)), profile.files());
    }

    @Test
    void aReadyProfileMayBeExtended() {
        assertEquals(
                loader.load("server").files(),
                parse("{\"extends\": \"server\"}").files());
    }

    @Test
    void aCircleIsAnError() throws IOException {
        Path a = write("a.json", "{\"extends\": \"b.json\"}");
        Path b = write("b.json", "{\n\"extends\": \"./a.json\"}");
        assertEquals(
                a + ":1: b.json:2: profiles extend each other in a circle: " + a + " → " + b + " → " + a
                        + "; take one 'extends' out",
                message(() -> loader.load(a.toString())));
    }

    @Test
    void theSameProfileMayBeExtendedByTwo() throws IOException {
        write("a.json", "{\"extends\": \"default\"}");
        write("b.json", "{\"extends\": \"default\"}");
        Path c = write("c.json", "{\"extends\": [\"a.json\", \"b.json\"]}");
        assertEquals(loader.load("default").files(), loader.load(c.toString()).files());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"netwrk\": {}} | 1: unknown key 'netwrk' in the profile; did you mean 'network'?",
                "{\"files\": {\"raed\": []}} | 1: unknown key 'raed' in 'files'; did you mean 'read'?",
                "{\"unix\": {\"xyzzy\": []}} | 1: unknown key 'xyzzy' in 'unix'; known: default, connect, bind",
                "{\"network\": {\"conect\": \"allow\"}} | 1: unknown key 'conect' in 'network'; did you mean 'connect'?",
                "{\"network\": {\"connect\": \"alow\"}} | 1: network.connect: 'alow' is none of the choices; did you mean 'allow'?",
                "{\"network\": {\"connect\": true}} | 1: 'network.connect' is a text in double quotes, not true",
                "{\"network\": []} | 1: 'network' is an object { }, not a list",
                "[] | 1: a profile is an object { }, not a list",
                "{\"files\": {\"read\": \"/x\"}} | 1: 'files.read' is a list [ ], not a text",
                "{\"files\": {\"read\": [1]}} | 1: a grant is a path or an object with 'path' and 'optional', not a whole number",
                "{\"files\": {\"read\": [{\"optional\": true}]}} | 1: a grant needs its 'path'",
                "{\"files\": {\"read\": [{\"path\": \"/\", \"optional\": 1}]}} | 1: 'optional' is true or false, not a whole number",
                "{\"files\": {\"read\": [\"~/x\"]}} | 1: path '~/x': the home directory is written $HOME",
                "{\"files\": {\"read\": [\"$PWD/x\"]}} | 1: '$PWD/x': $PWD is none of the variables $CWD, $TMP and $HOME",
                "{\"handlers\": {\"portmpa\": {}}} | 1: unknown handler 'portmpa' (one from elsewhere has a name like com.example.trace); did you mean 'portmap'?",
                "{\"handlers\": {\"portmap\": {\"publsh\": []}}} | 1: unknown key 'publsh' in handler 'portmap'; did you mean 'publish'?",
                "{\"handlers\": {\"unix\": {\"x\": 1}}} | 1: unknown key 'x' in handler 'unix'; there are none",
                "{\"handlers\": {\"portmap\": {\"publish\": [0]}}} | 1: 'portmap.publish' is a list of ports from 1 to 65535, not a list",
                "{\"handlers\": {\"bind\": {\"safe\": \"no\"}}} | 1: 'bind.safe' is true or false, not a text",
                "{\"handlers\": {\"connect\": {\"mode\": \"x\"}}} | 1: 'connect.mode' is \"rules\", \"proxy\" or \"unix-only\", not a text",
                "{\"handlers\": {\"bind\": 1}} | 1: handler 'bind' is an object { }, true or false, not a whole number",
                "{\"reserve\": [\"a b\"]} | 1: reserve: 'a b' is no system call's name; write it as connect or *",
                "{\"limits\": {\"time\": 30}} | 1: limit 'time' is a text such as \"30s\", not a whole number",
                "{\"limits\": {\"time\": \"30x\"}} | 1: '30x': a time is written 250ms, 30s, 5m, 2h or 1d",
                "{\"limits\": {\"memory\": \"1X\"}} | 1: '1X': an amount of memory is written 4096, 64K, 512M, 2G or 1T",
                "{\"limits\": {\"nofiles\": 1}} | 1: unknown key 'nofiles' in 'limits'; did you mean 'nofile'?",
                "{\"capabilities\": [\"NET_RAW\"]} | 1: capabilities: 'NET_RAW' is none of the choices; did you mean 'CAP_NET_RAW'?",
                "{\"environment\": {\"set\": {\"A\": 1}}} | 1: variable 'A' is a text in double quotes, not a whole number",
                "{\"environment\": {\"pass\": [\"A=B\"]}} | 1: environment: 'A=B' is no variable's name; write it as LANG",
                "{\"datagram\": \"rule\"} | 1: datagram: 'rule' is none of the choices; did you mean 'rules'?",
                "{\"unix\": {\"connect\": [\"192.0.2.1!80\"]}} | 1: '192.0.2.1!80' is an IP pattern; a Unix socket is a path, @name or !unnamed",
                "{\"network\": {\"rules\": [\"allow connect\"]}} | 1: rule 'allow connect' has no three parts; write it as: allow net/connect 192.0.2.0/24!443",
                "{\"network\": {\"rules\": [\"let connect any!1\"]}} | 1: rule 'let connect any!1', position 1: 'let' is neither allow nor deny; write it as: allow net/connect 192.0.2.0/24!443",
                "{\"network\": {\"rules\": [\"allow conect any!1\"]}} | 1: rule 'allow conect any!1', position 7: 'conect' is none of net/connect, net/bind and net/send; write it as: allow net/connect 192.0.2.0/24!443",
                "{\"network\": {\"rules\": [\"allow connect any!x\"]}} | 1: rule 'allow net/connect any!x', pattern 'any!x' at position 5: a port from 0 to 65535, a range 80-90, a list 80,443 or * follows the !",
                "{\"a\": 1 | 1: this is not JSON: Unexpected end-of-input",
                "{\"files\": {}, \"files\": {}} | 1: this is not JSON: Duplicate field 'files'",
                "{} x | 1: this is not JSON: Unrecognized token 'x'",
                "{\"limits\": {\"nofile\": 99999999999999999999}} | 1: this is not JSON: Numeric value (99999999999999999999) out of range of long",
            })
    void aBadDocumentIsToldWhatAndWhere(String text, String message) {
        String actual = message(() -> parse(text));
        assertTrue(actual.startsWith("p.json:" + message), actual);
        assertFalse(actual.contains("\n"), actual);
    }

    @Test
    void theLineIsTheOneOfTheMistake() {
        assertTrue(message(() -> parse("{\n\n\"files\": {\n\"read\": [\n\"/x\",\n7\n]}}"))
                .startsWith("p.json:6: "));
        assertTrue(message(() -> parse("{\n\n\"filez\":\n{}}")).startsWith("p.json:3: "));
        assertTrue(message(() -> parse("")).startsWith("p.json:1: this is not JSON: the file is empty"));
    }

    @Test
    void aFileThatIsNoneIsToldWithTheReadyProfiles() throws IOException {
        String ready = "; ready profiles are default, server, build, open";
        Path missing = folder.resolve("none.json");
        assertEquals(
                "profile " + missing + " does not exist; check the path" + ready,
                message(() -> loader.load(missing.toString())));
        assertEquals(
                "profile " + folder + " is a folder; name a JSON file" + ready,
                message(() -> loader.load(folder + "/")));
        Path large = folder.resolve("large.json");
        Files.write(large, new byte[(1 << 20) + 1]);
        assertEquals(
                "profile " + large + " is larger than 1 MiB, so it is no profile" + ready,
                message(() -> loader.load(large.toString())));
        assertEquals(
                "there is no profile 'sever'; did you mean 'server'?" + ready + "; a file is written ./sever",
                message(() -> loader.load("sever")));
    }

    @Test
    void anySingleByteThatChangesGivesAProfileOrAMessage() {
        byte[] text = ProfileLoader.readyText("default").getBytes(StandardCharsets.UTF_8);
        int read = 0;
        int refused = 0;
        for (int i = 0; i < text.length; i++) {
            byte[] changed = text.clone();
            changed[i] ^= 0x15;
            try {
                loader.parse(changed, "p.json");
                read++;
            } catch (PolicyException e) {
                refused++;
                assertTrue(String.valueOf(e.getMessage()).startsWith("p.json:"), e::getMessage);
            }
        }
        assertTrue(read > 0 && refused > 0);
    }
}
