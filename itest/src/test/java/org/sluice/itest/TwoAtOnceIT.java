package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The main job: two sandboxes have the same port, each its own. */
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
    void pythonWebServerTwice(User user) throws Exception {
        Programs.require("python3", "curl");
        serveTwice(user, "http", 8080, "Serving HTTP", folder -> List.of("python3", "-u", "-m", "http.server", "8080"));
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void nginxTwice(User user) throws Exception {
        Programs.require("nginx", "curl");
        serveTwice(user, "nginx", 8081, "start worker processes", folder -> {
            Files.writeString(folder.resolve("nginx.conf"), nginxConfiguration(user));
            return List.of("nginx", "-p", folder.toString(), "-c", "nginx.conf", "-e", "stderr");
        });
    }

    private static String nginxConfiguration(User user) {
        // A master that is root drops to a user that a sandbox has no right to become.
        String master = user.isRoot() ? "user root root;\n" : "";
        return master
                + """
                daemon off;
                pid nginx.pid;
                worker_processes 1;
                error_log stderr notice;
                events {}
                http {
                    access_log off;
                    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                    server { listen 127.0.0.1:8081; root .; }
                }
                """;
    }

    /** Prepares a folder and says what serves it. */
    private interface Server {
        List<String> command(Path folder) throws Exception;
    }

    private static void serveTwice(User user, String kind, int port, String ready, Server server) throws Exception {
        String one = name(user, kind + "-one");
        String two = name(user, kind + "-two");
        try (Running first = serve(user, one, server);
                Running second = serve(user, two, server)) {
            first.awaitLine(ready);
            second.awaitLine(ready);
            assertEquals(one, page(user, one, port));
            assertEquals(two, page(user, two, port));
            assertEquals(one, page(user, one, port));
        }
    }

    private static Running serve(User user, String name, Server server) throws Exception {
        Path folder = user.folder();
        Files.writeString(folder.resolve("index.html"), name);
        List<String> arguments = new ArrayList<>(List.of("run", "--name", name, "--"));
        arguments.addAll(server.command(folder));
        return Running.sluice(user, folder, arguments.toArray(String[]::new));
    }

    /** What the sandbox's own server gives at the virtual port. */
    private static String page(User user, String name, int port) throws Exception {
        return inside(user, name, "curl", "-sS", "http://127.0.0.1:" + port + "/index.html");
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
