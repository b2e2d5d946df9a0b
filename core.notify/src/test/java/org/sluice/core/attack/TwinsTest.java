package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.core.Sandbox;
import org.sluice.linux.Linux;
import org.sluice.policy.Profile;

/**
 * Two sandboxes at once on the same port of TCP and of UDP, each with servers and clients, of one supervisor or of two, while
 * somebody outside has the port too, or nobody has. Everyone hears from himself alone.
 */
class TwinsTest {

    private static final Profile PROFILE = Arena.profile(
            "\"network\": { \"connect\": \"allow\", \"bind\": \"allow\", \"send\": \"allow\" }, \"unix\": { \"default\":"
                    + " \"own\" }, \"datagram\": \"rules\", \"handlers\": { \"bind\": {}, \"connect\": {}, \"portmap\": {},"
                    + " \"unix\": {} }");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "true, true"})
    void eachServesItself(boolean takenOutside, boolean twoSupervisors) throws Exception {
        String program = Programs.compile(folder, "twins").toString();
        int port;
        try (ServerSocketChannel stream = ServerSocketChannel.open();
                DatagramChannel datagrams = DatagramChannel.open()) {
            // Outsiders that share whatever can be shared.
            for (NetworkChannel each : List.of(stream, datagrams)) {
                each.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                each.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            stream.bind(new InetSocketAddress(0)).configureBlocking(false);
            InetSocketAddress address = (InetSocketAddress) stream.getLocalAddress();
            datagrams.bind(address).configureBlocking(false);
            port = address.getPort();
            if (takenOutside) {
                twins(program, port, twoSupervisors);
                assertNull(stream.accept(), "a connection went outside");
                assertNull(datagrams.receive(ByteBuffer.allocate(64)), "a datagram went outside");
            }
        }
        if (!takenOutside) {
            twins(program, port, twoSupervisors);
        }
    }

    private void twins(String program, int port, boolean twoSupervisors) throws Exception {
        List<Sandbox> sandboxes = new ArrayList<>();
        List<Path> outputs = new ArrayList<>();
        try (Arena first = Arena.standard(folder, List.of());
                Arena second = Arena.standard(folder, List.of())) {
            for (String name : List.of("a", "b")) {
                Path output = folder.resolve(name + ".out");
                int fd = Arena.open(output);
                try {
                    Arena arena = twoSupervisors && name.equals("b") ? second : first;
                    sandboxes.add(arena.start(
                            PROFILE,
                            fd,
                            program,
                            name,
                            Integer.toString(port),
                            file(name, port),
                            file(name.equals("a") ? "b" : "a", port),
                            local()));
                } finally {
                    Linux.close(fd);
                }
                outputs.add(output);
            }
            for (Sandbox sandbox : sandboxes) {
                int status = sandbox.end().get(5, TimeUnit.MINUTES).shellCode();
                assertEquals("0 []", status + " " + sandbox.denials());
            }
        }
        assertEquals("a served itself on " + port + "\n", Files.readString(outputs.get(0)));
        assertEquals("b served itself on " + port + "\n", Files.readString(outputs.get(1)));
    }

    private String file(String name, int port) {
        return folder.resolve(name + port).toString();
    }

    /** An address of this machine other than loopback if it has one. */
    private static String local() throws Exception {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address.getAddress().length == 4 && !address.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .findFirst()
                .orElse("127.9.9.9");
    }
}
