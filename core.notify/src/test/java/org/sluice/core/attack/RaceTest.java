package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.sluice.policy.Profile;

/**
 * Time of check, time of use: a second thread of the target changes what a bind(2) or connect(2) refers to while it is
 * judged. The attacker is {@code race.c}; {@code -Dsluice.attack.tries} says how often it tries.
 *
 * <p>A break-in shows twice, in the attacker's count and at the forbidden listener. Each run must have seen both answers,
 * allowed and denied, and the second thread must have come between often; else nothing was attacked and the test fails.
 */
class RaceTest extends Attacker {

    RaceTest() {
        super("race");
    }

    /** A listener that must never be reached; allowing nobody in, it accepts only to count. */
    record Forbidden(ServerSocketChannel channel) implements AutoCloseable {

        static Forbidden in() throws Exception {
            ServerSocketChannel channel = ServerSocketChannel.open();
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return new Forbidden(channel);
        }

        static Forbidden unix(Path path) throws Exception {
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            channel.bind(UnixDomainSocketAddress.of(path));
            return new Forbidden(channel);
        }

        int port() throws Exception {
            return ((InetSocketAddress) channel.getLocalAddress()).getPort();
        }

        void wasNeverReached() throws Exception {
            channel.configureBlocking(false);
            assertEquals(null, channel.accept(), "somebody reached the forbidden listener");
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private void attack(String mode, Profile profile, String allowed, String forbidden) throws Exception {
        Tally.of(mode, arena.run(profile, program.toString(), mode, Long.toString(Tally.TRIES), allowed, forbidden))
                .holdsForEachTry();
    }

    private static Profile network(String rule) {
        return Arena.profile(
                "\"network\": { \"connect\": \"allow\", \"bind\": \"allow\", \"send\": \"allow\", \"rules\": [\""
                        + rule
                        + "\"] }, \"unix\": { \"default\": \"allow\" }, \"handlers\": { \"bind\": {}, \"connect\": {},"
                        + " \"unix\": {} }");
    }

    private static Profile unix(String key, Path granted) {
        return Arena.profile("\"unix\": { \"default\": \"deny\", \"" + key + "\": [\"" + granted + "\"] },"
                + " \"handlers\": { \"bind\": {}, \"unix\": {} }");
    }

    /** A socket's file that nobody listens on. */
    private static Path dead(Path path) throws Exception {
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(path));
        }
        return path;
    }

    /** A port that nobody has. */
    private static int freePort() throws Exception {
        try (Forbidden free = Forbidden.in()) {
            return free.port();
        }
    }

    @Test
    void aRewrittenPortIsNotConnectedTo() throws Exception {
        try (Forbidden listener = Forbidden.in()) {
            Profile profile = network("deny connect 127.0.0.1!" + listener.port());
            attack("connect-in", profile, "" + freePort(), "" + listener.port());
            listener.wasNeverReached();
        }
    }

    @Test
    void aRewrittenPortIsNotBound() throws Exception {
        int forbidden = freePort();
        attack("bind-in", network("deny bind 127.0.0.1!" + forbidden), "" + freePort(), "" + forbidden);
    }

    @Test
    void aSocketThatDup2PutThereDoesNotListen() throws Exception {
        attack("listen-dup2", noBind(), "" + freePort(), "none");
    }

    @Test
    void aPortThatConnectChoseDoesNotPassForBound() throws Exception {
        attack("listen-connect", noBind(), "" + freePort(), "none");
    }

    @Test
    void anAddressOfAnotherMachineIsNotLearned() throws Exception {
        Profile profile = Arena.profile("\"network\": { \"connect\": \"deny\", \"bind\": \"allow\" },"
                + " \"handlers\": { \"bind\": {}, \"connect\": {} }");
        attack("learn", profile, "127.0.0.1", "192.0.2.1");
    }

    @Test
    void nobodyIsTakenForAnotherProcess() throws Exception {
        Path forge = Programs.compile(folder, "forge");
        Arena.Result result =
                arena.run(network("deny connect 192.0.2.1!1"), forge.toString(), Long.toString(Tally.TRIES));
        assertEquals(0, result.status(), result.output());
        long[] counts = Arrays.stream(result.output().strip().split(" ", -1))
                .mapToLong(Long::parseLong)
                .toArray();
        String seen = "right " + counts[0] + ", wrong " + counts[1] + ", nobody told " + counts[2];
        System.out.println("forge: " + seen);
        assertEquals(0, counts[1], seen);
        assertTrue(counts[0] > Tally.TRIES / 10, seen);
    }

    @Test
    void nothingLeadsPastTheAddressThatWasJudged() throws Exception {
        Path detours = Programs.compile(folder, "detours");
        try (Forbidden listener = Forbidden.in()) {
            Profile profile = network("deny connect 127.0.0.1!" + listener.port());
            Arena.Result result = arena.run(
                    profile, detours.toString(), Long.toString(Tally.TRIES), Integer.toString(listener.port()));
            assertEquals(0, result.status(), result.output());
            assertEquals(Tally.TRIES + " 0", result.output().strip());
            listener.wasNeverReached();
        }
    }

    private static Profile noBind() {
        return Arena.profile("\"network\": { \"connect\": \"allow\", \"bind\": \"deny\" },"
                + " \"unix\": { \"default\": \"allow\" }, \"handlers\": { \"connect\": {} }");
    }

    @Test
    void aRewrittenPathIsNotConnectedTo() throws Exception {
        Path allowed = dead(folder.resolve("a.sock"));
        try (Forbidden listener = Forbidden.unix(folder.resolve("b.sock"))) {
            attack("connect-un", unix("connect", allowed), allowed.toString(), folder + "/b.sock");
            listener.wasNeverReached();
        }
    }

    @Test
    void aRewrittenPathIsNotBound() throws Exception {
        Path allowed = Files.createDirectory(folder.resolve("a"));
        Path forbidden = Files.createDirectory(folder.resolve("b"));
        attack("bind-un", unix("bind", allowed.resolve("**")), allowed.toString(), forbidden.toString());
        assertArrayEquals(new String[0], forbidden.toFile().list());
    }

    @Test
    void aReusedDescriptorNumberIsNotConnected() throws Exception {
        numberAttack("close");
    }

    @Test
    void aDescriptorThatDup2PutThereIsNotConnected() throws Exception {
        numberAttack("dup2");
    }

    /** A socket of another family takes no Unix path, so the allowlist lets the call pass; the two sockets change places. */
    private void numberAttack(String mode) throws Exception {
        Path path = folder.resolve("b.sock");
        try (Forbidden listener = Forbidden.unix(path)) {
            attack(mode, unix("connect", folder.resolve("none")), "none", path.toString());
            listener.wasNeverReached();
        }
    }

    @Test
    void aLinkThatFlipsLeadsNowhereElse() throws Exception {
        Path allowed = Files.createDirectory(folder.resolve("a"));
        dead(allowed.resolve("s"));
        try (Forbidden listener = Forbidden.unix(folder.resolve("b.sock"))) {
            attack("connect-link", unix("connect", allowed.resolve("**")), allowed.toString(), folder + "/b.sock");
            listener.wasNeverReached();
        }
    }

    @Test
    void aRenamedParentLeadsConnectNowhereElse() throws Exception {
        Path allowed = Files.createDirectory(folder.resolve("a"));
        Path forbidden = Files.createDirectory(folder.resolve("b"));
        dead(Files.createDirectory(allowed.resolve("p")).resolve("s"));
        try (Forbidden listener = Forbidden.unix(forbidden.resolve("s"))) {
            attack("connect-rename", unix("connect", allowed.resolve("**")), allowed.toString(), forbidden.toString());
            listener.wasNeverReached();
        }
    }

    @Test
    void aRenamedParentLeadsBindNowhereElse() throws Exception {
        Path allowed = Files.createDirectory(folder.resolve("a"));
        Path forbidden = Files.createDirectory(folder.resolve("b"));
        Files.createDirectory(allowed.resolve("p"));
        attack("bind-rename", unix("bind", allowed.resolve("**")), allowed.toString(), forbidden.toString());
        assertArrayEquals(new String[0], forbidden.toFile().list());
    }
}
