package org.sluice.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Rule;
import org.sluice.notify.Rules.Decision;

/** What the modes of the handler {@code connect} make of a profile's rules. */
class ConnectModeTest {

    private final ProfileLoader loader = new ProfileLoader();

    private Profile parse(String text) {
        return loader.parse(text.getBytes(StandardCharsets.UTF_8), "p.json");
    }

    private static RuleSet rules(Profile profile) {
        return new RuleSet(profile, socket -> true);
    }

    private static Decision decide(RuleSet rules, String operation, String address) {
        return rules.decide(operation, AddressText.parse(address));
    }

    @Test
    void inModeProxyOnlyTheProxyIsReached() {
        RuleSet rules = rules(parse("{\"extends\": \"default\", \"handlers\": {\"connect\":"
                + " {\"mode\": \"proxy\", \"proxy\": 3128, \"bind\": [8080, 8081]}}}"));
        assertTrue(decide(rules, Rule.CONNECT, "127.0.0.1!3128").allowed());
        assertTrue(decide(rules, Rule.CONNECT, "::1!3128").allowed());
        for (String other : new String[] {"127.0.0.1!3129", "192.0.2.1!3128", "::2!3128"}) {
            assertFalse(decide(rules, Rule.CONNECT, other).allowed(), other);
            assertFalse(decide(rules, Rule.SEND, other).allowed(), other);
        }
        assertTrue(decide(rules, Rule.BIND, "127.0.0.1!8080").allowed());
        assertTrue(decide(rules, Rule.BIND, "0.0.0.0!8081").allowed());
        assertFalse(decide(rules, Rule.BIND, "127.0.0.1!8082").allowed());
        assertFalse(decide(rules, Rule.BIND, "127.0.0.1!0").allowed());
        assertTrue(decide(rules, Rule.BIND, "/run/app/x.sock").allowed(), "Unix sockets are the profile's affair");
    }

    @Test
    void inModeProxyTheDefaultsAreReplacedAndDeniesHold() {
        Profile profile = loader.load("open")
                .with()
                .proxy(3128)
                .denyBind("any!1-1023")
                .allowBind("any!9000")
                .build();
        RuleSet rules = rules(profile);
        assertEquals("connect deny, bind deny, send deny, Unix sockets allow (connect.mode proxy)", rules.defaults());
        assertFalse(decide(rules, Rule.CONNECT, "127.0.0.1!80").allowed());
        assertFalse(decide(rules, Rule.BIND, "127.0.0.1!80").allowed());
        assertTrue(decide(rules, Rule.BIND, "127.0.0.1!9000").allowed());
        assertEquals(
                profile.toJson(),
                loader.parse(profile.toJson().getBytes(StandardCharsets.UTF_8), "open")
                        .toJson());
    }

    @Test
    void theRemedyInModeProxyIsAnotherMode() {
        RuleSet rules = rules(loader.load("default").with().proxy(3128).build());
        assertEquals(
                new Decision(false, false, "no grant", "--connect-mode rules --allow-connect '192.0.2.1!443'"),
                decide(rules, Rule.CONNECT, "192.0.2.1!443"));
        assertEquals(
                "--allow-bind '127.0.0.1!80'",
                decide(rules, Rule.BIND, "127.0.0.1!80").remedy());
        // What it names is accepted, and allows it.
        Profile remedied = loader.load("default")
                .with()
                .proxy(3128)
                .connectMode("rules")
                .allowConnect("192.0.2.1!443")
                .build();
        assertTrue(decide(rules(remedied), Rule.CONNECT, "192.0.2.1!443").allowed());
    }

    @Test
    void whatTheSandboxBoundMayBeConnectedToInModeProxyToo() {
        RuleSet rules = rules(loader.load("default").with().proxy(3128).build());
        Address own = new Address.Inet(Bytes.of((byte) 127, (byte) 0, (byte) 0, (byte) 1), 8080);
        assertFalse(rules.decide(Rule.CONNECT, own).allowed());
        rules.learn(Rule.allowConnect(own), new FakeSocket(1));
        assertTrue(rules.decide(Rule.CONNECT, own).allowed());
    }

    @Test
    void inModeUnixOnlyIpIsLeftAlone() {
        RuleSet rules =
                rules(loader.load("default").with().connectMode("unix-only").build());
        assertEquals(
                "connect allow, bind allow, send allow, Unix sockets own (connect.mode unix-only)", rules.defaults());
        assertTrue(decide(rules, Rule.CONNECT, "192.0.2.1!443").allowed());
        assertFalse(decide(rules, Rule.CONNECT, "/run/x").allowed());
    }

    @Test
    void whatContradictsAModeIsRefused() {
        assertEquals(
                "profile 'default': 'allow net/connect any!443' (--allow-connect 'any!443') contradicts connect.mode proxy,"
                        + " in which only the proxy may be connected to; take the rule out or use --connect-mode rules",
                message(loader.load("default").with().allowConnect("any!443").proxy(3128)));
        assertEquals(
                "profile 'default': 'deny net/send any!53' (--deny-send 'any!53') has no effect with connect.mode"
                        + " unix-only, which leaves IP addresses alone; take the rule out or use --connect-mode rules",
                message(loader.load("default").with().denySend("any!53").connectMode("unix-only")));
        assertEquals(
                "profile 'default': connect.mode is proxy, and nothing says at which port of loopback the proxy listens;"
                        + " add \"proxy\": 3128, or use --proxy 3128",
                message(loader.load("default").with().connectMode("proxy")));
        loader.load("default").with().unixConnect("/run/x").proxy(1).build();
    }

    @Test
    void aBadFlagNamesItself() {
        ProfileBuilder builder = new ProfileBuilder("p");
        assertEquals(
                "--proxy: 70000 is no port; write one from 1 to 65535: --proxy 3128",
                assertThrows(PolicyException.class, () -> builder.proxy(70000)).getMessage());
        assertEquals(
                "--connect-mode: 'proxi' is none of the choices; did you mean 'proxy'?",
                assertThrows(PolicyException.class, () -> builder.connectMode("proxi"))
                        .getMessage());
    }

    private static String message(ProfileBuilder builder) {
        return String.valueOf(
                assertThrows(PolicyException.class, builder::build).getMessage());
    }
}
