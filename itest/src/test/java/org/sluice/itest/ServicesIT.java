package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Servers and clients of every day see in a sandbox what they see without one: in two sandboxes at once on the same port,
 * and under {@code --profile open}.
 */
class ServicesIT {

    static Stream<Arguments> cases() {
        return Service.all().flatMap(service -> service.users().map(user -> Arguments.of(service, user)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void twoSandboxesHaveTheSamePort(Service service, User user) throws Exception {
        service.require();
        String natively = natively(service, user, "first");
        Path one = service.prepared(user);
        Path two = service.prepared(user);
        int port = service.port();
        // The second begins when the first has its port. Two that bind it with SO_REUSEADDR at the same moment, where
        // only
        // old connections are left of it, both get it, and one of them fails later, as natively.
        try (Running first = service.inSandbox(user, one, "first", port);
                Running second = after(first, service, user, two, port)) {
            second.awaitLine("up\n");
            if (service.bindsAgain()) {
                Service.goOn(first);
                first.awaitEnd();
                Service.goOn(second);
            } else {
                Service.goOn(first, second);
            }
            assertEquals(natively, portless(Service.result(first, one), port));
            assertEquals(natively.replace("first", "other"), portless(Service.result(second, two), port));
            String both = first.output() + second.output();
            // Both ran at once, so one of them has another port outside.
            assertTrue(port == 0 || both.contains("sluice: " + port + " is taken"), both);
        }
    }

    private static Running after(Running first, Service service, User user, Path folder, int port) throws Exception {
        first.awaitLine("up\n");
        return service.inSandbox(user, folder, "other", port, "--profile", "server");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void openProfileChangesNothing(Service service, User user) throws Exception {
        service.require();
        String natively = natively(service, user, "first");
        Path folder = service.prepared(user);
        int port = freePort();
        try (Running running = service.inSandbox(user, folder, "first", port, "--profile", "open")) {
            Service.goOn(running);
            assertEquals(natively, portless(Service.result(running, folder), port));
            assertEquals("up\nfinished\n", running.output());
        }
    }

    /** What the clients see without Sluice. */
    private static String natively(Service service, User user, String instance) throws Exception {
        Path folder = service.prepared(user);
        int port = freePort();
        try (Running running = service.bare(user, folder, instance, port)) {
            Service.goOn(running);
            return portless(Service.result(running, folder), port);
        }
    }

    private static String portless(String result, int port) {
        return port == 0 ? result : result.replace(Integer.toString(port), "PORT");
    }

    /** A port that is free for TCP and UDP, below those that the kernel gives to clients. */
    private static int freePort() {
        return new Random()
                .ints(20_000, 30_000)
                .filter(ServicesIT::isFree)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (ServerSocket tcp = new ServerSocket(port);
                DatagramSocket udp = new DatagramSocket(port)) {
            return tcp.getLocalPort() == udp.getLocalPort();
        } catch (BindException taken) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
