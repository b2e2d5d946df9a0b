package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SockaddrUn;
import org.sluice.linux.SysException;
import org.sluice.policy.Profile;

/**
 * Time of check, time of use of sends: a second thread changes what the address, the message or the descriptor of a send
 * is while it is judged. The attacker is {@code sendrace.c}; {@code -Dsluice.attack.tries} says how often it tries.
 *
 * <p>A break-in shows at the forbidden receiver, and where the attacker can tell in its own count. Each run must have seen
 * both answers, allowed and denied, and the second thread must have come between; else nothing was attacked.
 */
class SendRaceTest extends Attacker {

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int MSG_DONTWAIT = 0x40;

    SendRaceTest() {
        super("sendrace");
    }

    private void attack(String mode, Profile profile, String allowed, String forbidden) throws Exception {
        Tally.of(mode, arena.run(profile, program.toString(), mode, Long.toString(Tally.TRIES), allowed, forbidden))
                .holdsForEachTry();
    }

    private static Profile network(String rules) {
        return Arena.profile(
                "\"network\": { \"connect\": \"allow\", \"bind\": \"allow\", \"send\": \"allow\", \"rules\": [" + rules
                        + "] }, \"unix\": { \"default\": \"allow\" }, \"handlers\": { \"connect\": {}, \"unix\": {} }");
    }

    /** A UDP socket of this JVM, on loopback. */
    private static DatagramChannel receiver() throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        channel.configureBlocking(false);
        return channel;
    }

    private static int port(DatagramChannel channel) throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    @ParameterizedTest
    @ValueSource(strings = {"to-in", "msg-in", "name", "null-name", "length", "many", "mapped", "unspec", "addrform"})
    void nothingComesToAForbiddenPort(String mode) throws Exception {
        try (DatagramChannel allowed = receiver();
                DatagramChannel forbidden = receiver()) {
            Profile profile = network("\"deny send 127.0.0.1!" + port(forbidden) + "\"");
            attack(mode, profile, "" + port(allowed), "" + port(forbidden));
            assertEquals(null, forbidden.receive(ByteBuffer.allocate(1)), "something came to the forbidden port");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fastopen", "mptcp"})
    void noSendConnectsToAForbiddenPort(String mode) throws Exception {
        int allowed;
        try (RaceTest.Forbidden free = RaceTest.Forbidden.in()) {
            allowed = free.port();
        }
        try (RaceTest.Forbidden listener = RaceTest.Forbidden.in()) {
            attack(
                    mode,
                    network("\"deny connect 127.0.0.1!" + listener.port() + "\""),
                    "" + allowed,
                    "" + listener.port());
            listener.wasNeverReached();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"to-un", "raw", "number"})
    void nothingComesToAForbiddenPath(String mode) throws Exception {
        Path allowed = folder.resolve("a.sock");
        Path forbidden = folder.resolve("b.sock");
        Linux.close(bound(allowed));
        int receiver = bound(forbidden);
        try {
            Profile profile = Arena.profile("\"unix\": { \"default\": \"deny\", \"connect\": [\"" + allowed
                    + "\"] }, \"handlers\": { \"unix\": {} }");
            attack(mode, profile, allowed.toString(), forbidden.toString());
            Block byteOf = Block.allocate(8);
            long got = byteOf.with(at -> Linux.call(Nr.RECVFROM, receiver, at, 1, MSG_DONTWAIT, 0, 0));
            assertTrue(got < 0, "something came to the forbidden path");
        } finally {
            Linux.close(receiver);
        }
    }

    @Test
    void noHeaderLeadsAPacketElsewhere() throws Exception {
        attack("route", network(""), "9", "9");
    }

    private static int bound(Path path) {
        int fd = (int) SysException.check("socket", Linux.call(Nr.SOCKET, AF_UNIX, SOCK_DGRAM, 0));
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        Block address = Block.allocate(SockaddrUn.SIZE).putShort(0, AF_UNIX).put(SockaddrUn.PATH, name);
        SysException.check("bind", address.with(at -> Linux.call(Nr.BIND, fd, at, SockaddrUn.PATH + name.length + 1)));
        return fd;
    }
}
