package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The main job: two sandboxes have the same port, each its own. More servers are in {@link ServicesIT}. */
class TwoAtOnceIT {

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void redisTwice(User user) throws Exception {
        Programs.require("redis-server", "redis-cli", "redis-benchmark");
        String one = name(user, "redis-one");
        String two = name(user, "redis-two");
        try (Running first = redis(user, one);
                Running second = redis(user, two)) {
            first.awaitLine("eady to accept connections");
            second.awaitLine("eady to accept connections");
            assertTrue(first.output().contains("port=6379"), first::output);
            assertTrue(second.output().contains("port=6379"), second::output);
            inside(user, one, "redis-cli", "set", "key", "of one");
            inside(user, two, "redis-cli", "set", "key", "of two");
            assertEquals("of one\n", inside(user, one, "redis-cli", "get", "key"));
            assertEquals("of two\n", inside(user, two, "redis-cli", "get", "key"));
            String benchmark =
                    inside(user, two, "redis-benchmark", "-n", "2000", "-c", "10", "--csv", "-t", "ping,set,get");
            for (String test : List.of("\"PING_INLINE\"", "\"SET\"", "\"GET\"")) {
                assertTrue(benchmark.contains(test), benchmark);
            }
            for (String sandbox : List.of(one, two)) {
                inside(user, sandbox, "redis-cli", "shutdown", "nosave");
            }
            assertEquals(0, first.awaitEnd(), first::output);
            assertEquals(0, second.awaitEnd(), second::output);
        }
    }

    private static Running redis(User user, String name) throws Exception {
        return Running.sluice(
                user, user.folder(), "run", "--name", name, "--", "redis-server", "--port", "6379", "--save", "");
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void withoutMappingTheSecondFailsAsNatively(User user) throws Exception {
        Programs.require("python3");
        String port = Integer.toString(freePort());
        List<String> server = List.of("python3", "-u", "-m", "http.server", "--bind", "127.0.0.1", port);
        List<String> arguments = new ArrayList<>(List.of("run", "--no-portmap", "--"));
        arguments.addAll(server);
        try (Running first = Running.sluice(user, user.folder(), arguments.toArray(String[]::new))) {
            first.awaitLine("Serving HTTP");
            try (Running second = Running.sluice(user, user.folder(), arguments.toArray(String[]::new));
                    Running bare = Running.start(user, user.folder(), server)) {
                assertNotEquals(0, bare.awaitEnd());
                assertTrue(bare.output().contains("Address already in use"), bare::output);
                assertEquals(bare.awaitEnd(), second.awaitEnd(), second::output);
                assertTrue(second.output().contains("Address already in use"), second::output);
            }
        }
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static String name(User user, String kind) {
        return kind + "-" + user.name() + "-" + ProcessHandle.current().pid();
    }

    /** Runs a command in a sandbox; it must succeed. */
    private static String inside(User user, String sandbox, String... command) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("exec", sandbox, "--"));
        arguments.addAll(List.of(command));
        Distribution.Result result = Distribution.sluice(user, "", arguments.toArray(String[]::new));
        assertEquals(0, result.status(), () -> String.join(" ", command) + ": " + result.err() + result.out());
        return result.out();
    }
}
