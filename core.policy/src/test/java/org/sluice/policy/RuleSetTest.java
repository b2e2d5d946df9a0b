package org.sluice.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Rule;
import org.sluice.notify.Rules.Decision;

/** The layers, what is learned, the lock, and what a denial says. */
class RuleSetTest {

    private final Set<Long> gone = new HashSet<>();
    private int asked;

    private RuleSet rules(Profile profile) {
        return rules(profile, 4096);
    }

    private RuleSet rules(Profile profile, int bound) {
        return new RuleSet(
                profile,
                socket -> {
                    asked++;
                    return !gone.contains(socket.cookie());
                },
                bound);
    }

    private static ProfileBuilder nothing() {
        return new ProfileBuilder("test");
    }

    private static Address ip(int a, int b, int c, int d, int port) {
        return new Address.Inet(Bytes.of((byte) a, (byte) b, (byte) c, (byte) d), port);
    }

    private static Address path(String path) {
        return new Address.UnixPath(Bytes.utf8(path));
    }

    private static boolean connects(RuleSet rules, Address address) {
        return rules.decide(Rule.CONNECT, address).allowed();
    }

    @Test
    void theLastMatchInsideALayerWins() {
        RuleSet rules = rules(nothing()
                .allowConnect("10.0.0.0/8!*")
                .denyConnect("10.1.0.0/16!80")
                .build());
        assertTrue(connects(rules, ip(10, 0, 0, 1, 80)));
        assertFalse(connects(rules, ip(10, 1, 0, 1, 80)));
        assertTrue(connects(rules, ip(10, 1, 0, 1, 81)));
        RuleSet turned = rules(nothing()
                .denyConnect("10.1.0.0/16!80")
                .allowConnect("10.0.0.0/8!*")
                .build());
        assertTrue(connects(turned, ip(10, 1, 0, 1, 80)));
    }

    @Test
    void aLearnedRuleOverridesTheDefault() {
        RuleSet rules = rules(nothing().build());
        assertFalse(connects(rules, path("/run/x")));
        rules.learn(Rule.allowConnect(path("/run/x")), new FakeSocket(1));
        Decision decision = rules.decide(Rule.CONNECT, path("/run/x"));
        assertEquals(new Decision(true, true, "allow net/connect /run/x (learned)", ""), decision);
        assertFalse(rules.decide(Rule.BIND, path("/run/x")).allowed());
    }

    @Test
    void aLearnedRuleNeverOverridesAnExplicitDeny() {
        RuleSet rules = rules(nothing().denyConnect("loopback!80").build());
        rules.learn(Rule.allowConnect(ip(127, 0, 0, 1, 80)), new FakeSocket(1));
        rules.learn(Rule.allowConnect(ip(127, 0, 0, 1, 81)), new FakeSocket(1));
        assertFalse(connects(rules, ip(127, 0, 0, 1, 80)));
        assertTrue(connects(rules, ip(127, 0, 0, 1, 81)));
    }

    @Test
    void theAdministratorWinsOverBoth() {
        RuleSet rules = rules(nothing().denyConnect("any!80").build());
        rules.administer(RuleText.parse("allow net/connect any!80"), "shell");
        assertTrue(connects(rules, ip(192, 0, 2, 1, 80)));
        rules.learn(Rule.allowConnect(path("/run/x")), new FakeSocket(1));
        rules.administer(RuleText.parse("deny net/connect /run/**"), "shell");
        Decision denied = rules.decide(Rule.CONNECT, path("/run/x"));
        assertEquals(new Decision(false, true, "deny net/connect /run/** (shell)", ""), denied);
        assertTrue(rules.revoke(RuleText.parse("deny net/connect /run/**")));
        assertFalse(rules.revoke(RuleText.parse("deny net/connect /run/**")));
        assertTrue(connects(rules, path("/run/x")));
    }

    @Test
    void anEqualRuleOfTheAdministratorMovesToTheEnd() {
        RuleSet rules = rules(nothing().build());
        Rule allow = RuleText.parse("allow net/connect any!80");
        rules.administer(allow, "shell");
        rules.administer(RuleText.parse("deny net/connect any!*"), "shell");
        assertFalse(connects(rules, ip(192, 0, 2, 1, 80)));
        rules.administer(allow, "shell");
        assertTrue(connects(rules, ip(192, 0, 2, 1, 80)));
        assertEquals(2, rules.lines().size());
    }

    @Test
    void aLearnedRuleEndsWithItsSocket() {
        RuleSet rules = rules(nothing().build());
        rules.learn(Rule.allowConnect(path("/run/x")), new FakeSocket(7));
        assertTrue(connects(rules, path("/run/x")));
        gone.add(7L);
        assertFalse(connects(rules, path("/run/x")));
        assertEquals(List.of(), rules.lines());
    }

    @Test
    void aSocketIsAskedForOnlyWhereItsRuleWouldDecide() {
        RuleSet rules = rules(nothing().allowConnect("any!80").build());
        rules.learn(Rule.allowConnect(path("/run/x")), new FakeSocket(7));
        connects(rules, ip(192, 0, 2, 1, 80));
        connects(rules, path("/run/y"));
        assertEquals(0, asked);
        connects(rules, path("/run/x"));
        assertEquals(1, asked);
    }

    @Test
    void aRuleOfTwoSocketsEndsWithTheLast() {
        RuleSet rules = rules(nothing().build());
        Rule rule = Rule.allowConnect(ip(127, 0, 0, 1, 80));
        rules.learn(rule, new FakeSocket(1));
        rules.learn(rule, new FakeSocket(2));
        gone.add(2L);
        assertTrue(connects(rules, ip(127, 0, 0, 1, 80)));
        gone.add(1L);
        assertFalse(connects(rules, ip(127, 0, 0, 1, 80)));
    }

    @Test
    void learnedRulesAreBoundedAndTheOldestGoesFirst() {
        RuleSet rules = rules(nothing().build(), 3);
        for (int port = 1; port <= 3; port++) {
            rules.learn(Rule.allowConnect(ip(127, 0, 0, 1, port)), new FakeSocket(port));
        }
        rules.learn(Rule.allowConnect(ip(127, 0, 0, 1, 1)), new FakeSocket(9));
        rules.learn(Rule.allowConnect(ip(127, 0, 0, 1, 4)), new FakeSocket(4));
        assertTrue(connects(rules, ip(127, 0, 0, 1, 1)), "an equal rule moves to the front");
        assertFalse(connects(rules, ip(127, 0, 0, 1, 2)), "the oldest is out");
        assertTrue(connects(rules, ip(127, 0, 0, 1, 3)));
        assertTrue(connects(rules, ip(127, 0, 0, 1, 4)));
    }

    @Test
    void repeatedBindsDoNotGrowTheList() {
        RuleSet rules = rules(nothing().build());
        for (int i = 0; i < 10_000; i++) {
            gone.add((long) i - 1);
            rules.learn(Rule.allowConnect(path("/run/x")), new FakeSocket(i));
        }
        assertEquals(1, rules.lines().size());
        assertTrue(connects(rules, path("/run/x")));
    }

    @Test
    void ownersThatAllLiveAreNotAskedAboutForEachThatComes() {
        RuleSet rules = rules(nothing().build());
        for (int i = 0; i < 10_000; i++) {
            rules.learn(Rule.allowConnect(path("/run/x")), new FakeSocket(i));
        }
        assertTrue(asked < 5 * 10_000, () -> asked + " questions");
        for (long i = 0; i < 10_000; i++) {
            if (i != 9_990) {
                gone.add(i);
            }
        }
        assertTrue(connects(rules, path("/run/x")), "one of the newest lives");
        gone.add(9_990L);
        assertFalse(connects(rules, path("/run/x")));
    }

    @Test
    void aGrowingListIsSweptOfSocketsThatAreGone() {
        RuleSet rules = rules(nothing().build());
        for (int i = 0; i < 5_000; i++) {
            rules.learn(Rule.allowConnect(path("/run/" + i)), new FakeSocket(i));
            gone.add((long) i);
        }
        assertTrue(rules.lines().size() < 2048, () -> rules.lines().size() + " rules are left");
    }

    @Test
    void aFullListOfLivingSocketsIsNotAskedAboutForEachNewRule() {
        RuleSet rules = rules(nothing().build(), 800);
        for (int i = 0; i < 4_000; i++) {
            rules.learn(Rule.allowConnect(path("/run/" + i)), new FakeSocket(i));
        }
        assertEquals(800, rules.lines().size());
        assertTrue(asked < 20 * 4_000, () -> asked + " questions");
    }

    @Test
    void whatCannotBeLearnedChangesNothing() {
        RuleSet rules = rules(nothing().build());
        rules.learn(new Rule(false, Rule.CONNECT, "any!*"), new FakeSocket(1));
        rules.learn(new Rule(true, Rule.CONNECT, "nonsense"), new FakeSocket(1));
        assertEquals(List.of(), rules.lines());
    }

    @Test
    void aLockIsForGoodButLearningGoesOn() {
        RuleSet rules = rules(nothing().build());
        Rule rule = RuleText.parse("allow net/connect any!80");
        rules.administer(rule, "shell");
        rules.lock();
        assertTrue(rules.isLocked());
        String message = "the rules are locked; start the sandbox anew to change them";
        assertEquals(
                message,
                assertThrows(PolicyException.class, () -> rules.administer(rule, "shell"))
                        .getMessage());
        assertThrows(PolicyException.class, () -> rules.revoke(rule));
        assertThrows(PolicyException.class, () -> rules.reload(nothing().build()));
        rules.learn(Rule.allowConnect(path("/run/x")), new FakeSocket(1));
        assertTrue(connects(rules, path("/run/x")));
    }

    @Test
    void aReloadReplacesTheProfileAlone() {
        RuleSet rules = rules(nothing().allowConnect("any!80").build());
        rules.administer(RuleText.parse("allow net/connect any!22"), "shell");
        rules.learn(Rule.allowConnect(path("/run/x")), new FakeSocket(1));
        rules.reload(nothing().allowConnect("any!81").build());
        assertFalse(connects(rules, ip(192, 0, 2, 1, 80)));
        assertTrue(connects(rules, ip(192, 0, 2, 1, 81)));
        assertTrue(connects(rules, ip(192, 0, 2, 1, 22)));
        assertTrue(connects(rules, path("/run/x")));
    }

    @Test
    void aConnectRuleSpeaksForSendsAndASendRuleForItselfAlone() {
        RuleSet rules =
                rules(nothing().allowConnect("any!53").allowSend("any!123").build());
        assertTrue(rules.decide(Rule.SEND, ip(192, 0, 2, 1, 53)).allowed());
        assertTrue(rules.decide(Rule.SEND, ip(192, 0, 2, 1, 123)).allowed());
        assertFalse(rules.decide(Rule.CONNECT, ip(192, 0, 2, 1, 123)).allowed());
        assertFalse(rules.decide(Rule.BIND, ip(192, 0, 2, 1, 53)).allowed());
    }

    @Test
    void theWildcardIsLoopbackForAConnectionAndNotForABind() {
        RuleSet rules = rules(nothing()
                .defaults(new Profile.Defaults("loopback", "loopback", "loopback", "deny"))
                .denyConnect("127.0.0.1!22")
                .build());
        assertTrue(connects(rules, ip(0, 0, 0, 0, 80)));
        assertFalse(connects(rules, ip(0, 0, 0, 0, 22)), "0.0.0.0 leads to 127.0.0.1");
        assertFalse(rules.decide(Rule.BIND, ip(0, 0, 0, 0, 80)).allowed());
        assertTrue(rules.decide(Rule.BIND, ip(127, 0, 0, 2, 80)).allowed());
        assertFalse(connects(rules, ip(192, 0, 2, 1, 80)));
    }

    @Test
    void ownSocketsOnly() {
        RuleSet rules = rules(nothing()
                .defaults(new Profile.Defaults("deny", "deny", "deny", "own"))
                .build());
        assertTrue(rules.decide(Rule.BIND, path("/tmp/x")).allowed());
        assertTrue(rules.decide(Rule.BIND, new Address.UnixUnnamed()).allowed());
        assertFalse(rules.decide(Rule.BIND, new Address.UnixAbstract(Bytes.utf8("x")))
                .allowed());
        assertFalse(connects(rules, path("/tmp/x")));
    }

    @Test
    void aDenialSaysWhyAndWhatWouldAllowIt() {
        RuleSet rules = rules(nothing()
                .rule(RuleText.parse("deny connect 198.51.100.0/24!*"), "p.json:7")
                .unixConnect("/run/only")
                .build());
        assertDenied(rules, Rule.CONNECT, ip(192, 0, 2, 1, 443), "no grant", "--allow-connect '192.0.2.1!443'");
        assertDenied(rules, Rule.BIND, ip(0, 0, 0, 0, 80), "no grant", "--allow-bind '0.0.0.0!80'");
        assertDenied(rules, Rule.SEND, ip(192, 0, 2, 1, 9), "no grant", "--allow-send '192.0.2.1!9'");
        assertDenied(
                rules,
                Rule.CONNECT,
                ip(198, 51, 100, 1, 80),
                "deny net/connect 198.51.100.0/24!* (p.json:7)",
                "--allow-connect '198.51.100.1!80'");
        assertDenied(rules, Rule.CONNECT, path("/run/x.sock"), "no grant", "--unix-connect /run/x.sock");
        assertDenied(rules, Rule.CONNECT, path("/run/a b*"), "no grant", "--unix-connect '/run/a b[*]'");
        assertDenied(rules, Rule.BIND, path("/run/only"), "grant is connect only", "--unix-bind /run/only");
        assertDenied(rules, Rule.CONNECT, path("x.sock"), "cannot be resolved", "");
        assertDenied(
                rules,
                Rule.CONNECT,
                new Address.UnixAbstract(Bytes.of((byte) 'a', (byte) 0)),
                "abstract names are not granted",
                "--unix-connect '@a\\x00'");
        assertDenied(rules, Rule.BIND, new Address.UnixUnnamed(), "unnamed", "--unix-bind '!unnamed'");
        assertDenied(rules, Rule.CONNECT, new Address.Other(40, Bytes.of()), "address family 40 cannot be granted", "");
    }

    @Test
    void aDeniedNameLookupSaysSo() {
        RuleSet rules = rules(nothing().build());
        assertDenied(
                rules,
                Rule.SEND,
                ip(192, 0, 2, 53, 53),
                "no grant; name lookup was denied; add --allow-connect '192.0.2.53!53'",
                "--allow-send '192.0.2.53!53'");
        assertDenied(rules, Rule.BIND, ip(192, 0, 2, 53, 53), "no grant", "--allow-bind '192.0.2.53!53'");
        String resolver = "/run/systemd/resolve/io.systemd.Resolve";
        assertDenied(
                rules,
                Rule.CONNECT,
                path(resolver),
                "no grant; name lookup was denied; add --unix-connect " + resolver,
                "--unix-connect " + resolver);
    }

    @Test
    void theRemedyAllowsWhatWasDenied() {
        for (Address address : List.of(
                path("/run/a b*[?]'x"),
                new Address.UnixAbstract(Bytes.of((byte) 0, (byte) 0xff, (byte) '*', (byte) '/')),
                new Address.UnixUnnamed())) {
            RuleSet rules = rules(nothing().unixConnect(Rule.literal(address)).build());
            assertTrue(connects(rules, address), address::toString);
        }
    }

    @Test
    void aDecisionSeesOneMomentWhileTheProfileIsReplaced() throws InterruptedException {
        Profile first =
                nothing().denyConnect("any!80").allowConnect("192.0.2.0/24!80").build();
        Profile second =
                nothing().denyConnect("any!*").allowConnect("192.0.2.1!*").build();
        RuleSet rules = rules(first);
        AtomicBoolean stop = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            while (!stop.get()) {
                rules.reload(second);
                rules.reload(first);
            }
        });
        writer.start();
        int denied = 0;
        for (int i = 0; i < 200_000; i++) {
            denied += connects(rules, ip(192, 0, 2, 1, 80)) ? 0 : 1;
        }
        stop.set(true);
        writer.join();
        assertEquals(0, denied);
    }

    @Test
    void aDecisionThatAllowsIsTheSameObjectEachTime() {
        RuleSet rules = rules(nothing()
                .defaults(new Profile.Defaults("loopback", "deny", "deny", "deny"))
                .allowConnect("any!80")
                .build());
        assertSame(rules.decide(Rule.CONNECT, ip(192, 0, 2, 1, 80)), rules.decide(Rule.CONNECT, ip(192, 0, 2, 2, 80)));
        assertSame(rules.decide(Rule.CONNECT, ip(127, 0, 0, 1, 1)), rules.decide(Rule.CONNECT, ip(127, 0, 0, 1, 2)));
    }

    private static void assertDenied(RuleSet rules, String operation, Address address, String reason, String remedy) {
        Decision decision = rules.decide(operation, address);
        assertFalse(decision.allowed());
        assertEquals(reason, decision.reason());
        assertEquals(remedy, decision.remedy());
    }
}
