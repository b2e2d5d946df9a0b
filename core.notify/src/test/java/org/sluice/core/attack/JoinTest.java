package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.policy.Profile;

/**
 * A target that sets SO_REUSEADDR and SO_REUSEPORT in the middle of its bind joins no socket outside. The port is one to be
 * published, so a bind that succeeds is one that joined.
 */
class JoinTest {

    private static final int TRIES = 10_000;

    @TempDir
    private Path folder;

    @Test
    void optionsThatComeDuringABindJoinNobody() throws Exception {
        String program = Programs.compile(folder, "joins").toString();
        try (ServerSocketChannel stream = ServerSocketChannel.open();
                DatagramChannel datagrams = DatagramChannel.open();
                Arena arena = Arena.standard(folder, List.of())) {
            for (NetworkChannel each : List.of(stream, datagrams)) {
                each.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                each.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            stream.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = ((InetSocketAddress) stream.getLocalAddress()).getPort();
            datagrams.bind(stream.getLocalAddress());
            Profile profile =
                    Arena.profile("\"network\": { \"bind\": \"allow\" }, \"datagram\": \"rules\", \"handlers\": {"
                            + " \"bind\": {}, \"connect\": {}, \"portmap\": { \"publish\": [" + port + "] } }");
            Arena.Result result = arena.run(profile, program, Integer.toString(port), Integer.toString(TRIES));
            assertEquals("0: " + TRIES + " refused, 0 joined\n", result.status() + ": " + result.output());
        }
    }
}
