package org.sluice.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Rule;

/** Flags over a profile, variables, and the rendering that loads again. */
class ProfileTest {

    @TempDir
    Path folder = Path.of("");

    private final ProfileLoader loader = new ProfileLoader();

    @ParameterizedTest
    @ValueSource(strings = {"default", "server", "build", "open"})
    void aRenderedProfileLoadsAgain(String name) {
        assertRoundTrip(loader.load(name));
    }

    @Test
    void aRenderedProfileWithEveryFlagLoadsAgain() {
        assertRoundTrip(loader.load("server")
                .with()
                .read("x")
                .write("/y")
                .allowConnect("192.0.2.0/24!80-90")
                .denySend("any!53")
                .unixBind("@a\\x00 b ")
                .unixConnect("rel/$x")
                .publish(80)
                .publish(81)
                .handler("com.example.x", Map.of("deep", List.of(1L, Map.of("a", true, "b", 1.5))))
                .require("com.example.y")
                .reserve("*")
                .capability("CAP_NET_RAW")
                .env("A", "é\n")
                .passEnv("B")
                .unsetEnv("C")
                .limit("time", 1500)
                .limit("memory", 1 << 20)
                .build());
    }

    private void assertRoundTrip(Profile profile) {
        String text = profile.toJson();
        Profile again = loader.parse(text.getBytes(StandardCharsets.UTF_8), profile.name());
        assertEquals(text, again.toJson());
        assertEquals(Set.copyOf(profile.files()), Set.copyOf(again.files()));
        assertEquals(profile.rules(), again.rules());
        assertEquals(profile.defaults(), again.defaults());
        assertEquals(profile.handlers(), again.handlers());
        assertEquals(profile.environment(), again.environment());
        assertEquals(profile.limits(), again.limits());
        assertEquals(profile.required(), again.required());
        assertEquals(profile.reserve(), again.reserve());
        assertEquals(profile.capabilities(), again.capabilities());
        assertEquals(profile.datagram(), again.datagram());
    }

    @Test
    void flagsWinOverTheProfile() {
        Profile profile = loader.parse(
                        "{\"network\": {\"rules\": [\"deny connect any!80\"]}}".getBytes(StandardCharsets.UTF_8),
                        "p.json")
                .with()
                .allowConnect("192.0.2.1!80")
                .denyBind("any!1-1023")
                .datagram("deny")
                .build();
        assertEquals("deny", profile.datagram());
        assertEquals(
                List.of("p.json:1", "--allow-connect '192.0.2.1!80'", "--deny-bind 'any!1-1023'"), profile.sources());
        assertTrue(Why.why(profile, "connect", "192.0.2.1!80").allowed());
    }

    @Test
    void portMappingIsPublishedOrTakenOut() {
        Profile open =
                loader.load("open").with().datagram("rules").publish(8080).build();
        assertEquals(List.of("8080"), open.settings("portmap").texts("publish"));
        assertTrue(open.settings("portmap").flag("enabled", false));
        assertEquals(
                Set.of("bind", "connect", "netlink", "unix"),
                loader.load("default").with().noPortmap().build().handlers().keySet());
    }

    @Test
    void portMappingWithUnmediatedDatagramsIsRefused() {
        ProfileBuilder builder = loader.load("default").with().datagram("any");
        assertEquals(
                "profile 'default': with datagram 'any' nobody sees where UDP is sent, so its ports cannot be mapped;"
                        + " use --datagram rules, map TCP alone with \"portmap\": {\"udp\": false}, or add --no-portmap",
                assertThrows(PolicyException.class, builder::build).getMessage());
        loader.load("default")
                .with()
                .handler("portmap", Map.of("udp", false))
                .datagram("any")
                .build();
        builder.noPortmap().build();
    }

    @Test
    void aBadFlagIsOneLineThatNamesIt() {
        ProfileBuilder builder = new ProfileBuilder("p");
        assertEquals(
                "--allow-connect: rule 'allow net/connect example.com!443', pattern 'example.com!443' at position 1:"
                        + " 'example.com' is a name, and the kernel sees addresses; 'getent ahosts example.com' prints"
                        + " them, then write 192.0.2.1!443",
                assertThrows(PolicyException.class, () -> builder.allowConnect("example.com!443"))
                        .getMessage());
        assertEquals(
                "--publish: 0 is no port; write one from 1 to 65535: --publish 8080",
                assertThrows(PolicyException.class, () -> builder.publish(0)).getMessage());
        assertEquals(
                "--datagram: 'some' is none of the choices; known: deny, any, rules",
                assertThrows(PolicyException.class, () -> builder.datagram("some"))
                        .getMessage());
    }

    @Test
    void variablesBecomeFolders() {
        Profile profile = new ProfileBuilder("p")
                .read("src")
                .write("$TMP")
                .grant("$HOME/.m2", true, true)
                .unixConnect("$TMP/x*.sock")
                .build();
        Path odd = folder.resolve("a[b]*");
        Profile expanded = profile.expand(Path.of("/project"), odd, Path.of("/home/u"));
        assertEquals(
                List.of("/project/src", odd.toString(), "/home/u/.m2"),
                expanded.files().stream().map(Profile.FileGrant::path).toList());
        assertTrue(new RuleSet(expanded, socket -> false)
                .decide(Rule.CONNECT, new Address.UnixPath(Bytes.utf8(odd + "/xy.sock")))
                .allowed());
        assertEquals(
                2, profile.expand(Path.of("/project"), odd, Path.of("")).files().size());
    }

    @Test
    void linksInTheFolderOfASocketAreResolved() throws IOException {
        Path real = Files.createDirectory(folder.resolve("real")).toRealPath();
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        for (String rest : List.of("/x.sock", "/**", "/none/yet.sock", "/", "/a[*]/x")) {
            Profile profile = new ProfileBuilder("p").unixConnect(link + rest).build();
            assertEquals(
                    real + rest,
                    profile.expand(folder, folder, folder).rules().get(0).pattern());
        }
    }

    @Test
    void anEnvironmentIsMade() {
        Map<Bytes, Bytes> base = Map.of(Bytes.utf8("A"), Bytes.utf8("1"), Bytes.utf8("B"), Bytes.utf8("2"));
        assertEquals(base, Environment.INHERITED.apply(base));
        Profile profile = new ProfileBuilder("p")
                .inheritEnv(false)
                .passEnv("A")
                .env("C", "3")
                .env("D", "4")
                .unsetEnv("D")
                .build();
        assertEquals(
                Map.of(Bytes.utf8("A"), Bytes.utf8("1"), Bytes.utf8("C"), Bytes.utf8("3")),
                profile.environment().apply(base));
    }

    @Test
    void amountsHaveUnits() {
        assertEquals(512L << 20, Units.bytes("512M"));
        assertEquals(4096, Units.bytes("4096"));
        assertEquals(250, Units.millis("250ms"));
        assertEquals(30_000, Units.millis("30"));
        assertEquals(
                "'999999999999999999T' is too much to count",
                assertThrows(PolicyException.class, () -> Units.bytes("999999999999999999T"))
                        .getMessage());
        assertThrows(PolicyException.class, () -> Units.bytes("-1"));
    }
}
