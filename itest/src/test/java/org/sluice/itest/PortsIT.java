package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Virtual ports on the command line and in the shell: what a person is told, and what flags and profiles change. */
class PortsIT {

    private static final String BIND =
            """
            import errno, socket, sys
            for turn in range(3):
                with socket.socket() as s:
                    try: s.bind(('127.0.0.1', int(sys.argv[1]))); print(s.getsockname()[1])
                    except OSError as e: print(errno.errorcode[e.errno])
            """;

    private final ServerSocket taken;

    PortsIT() throws Exception {
        taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @BeforeEach
    void python() {
        Programs.require("python3");
    }

    @AfterEach
    void close() throws Exception {
        taken.close();
    }

    private String port() {
        return Integer.toString(taken.getLocalPort());
    }

    private Distribution.Result run(User user, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("run"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("--", "python3", "-c", BIND, port()));
        return Distribution.sluice(user, "", arguments.toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void aRemapIsToldOnceAndNotIfQuiet(User user) throws Exception {
        String mine = (port() + "\n").repeat(3);
        Distribution.Result told = run(user);
        assertEquals(mine, told.out(), told::err);
        Pattern line = Pattern.compile("sluice: " + port()
                + " is taken; outside this sandbox it is 127\\.0\\.0\\.1:([0-9]+) \\(--publish " + port()
                + " to insist\\)\n");
        Matcher matcher = line.matcher(told.err());
        assertTrue(matcher.matches(), told::err);
        assertTrue(!matcher.group(1).equals(port()), told::err);
        Distribution.Result quiet = run(user, "-q");
        assertEquals(mine, quiet.out(), quiet::err);
        assertEquals("", quiet.err());
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void aPublishedPortIsTheRealOneOrFails(User user) throws Exception {
        String refused = "EADDRINUSE\n".repeat(3);
        Distribution.Result published = run(user, "--publish", port());
        assertEquals(refused, published.out(), published::err);
        assertTrue(
                published.err().startsWith("sluice: " + port() + " is taken and must be published, so bind failed"),
                published::err);
        Distribution.Result unmapped = run(user, "--no-portmap");
        assertEquals(refused, unmapped.out(), unmapped::err);
        assertEquals("", unmapped.err());
        String free = port();
        taken.close();
        assertEquals((free + "\n").repeat(3), run(user, "--publish", free).out());
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void udpThatNobodySeesCannotBeMapped(User user) throws Exception {
        Distribution.Result refused = run(user, "--datagram", "any");
        assertEquals(125, refused.status(), refused::err);
        assertEquals("", refused.out());
        assertEquals(1, refused.err().lines().count(), refused::err);
        for (String remedy : List.of("--datagram rules", "\"portmap\": {\"udp\": false}", "--no-portmap")) {
            assertTrue(refused.err().contains(remedy), refused::err);
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void theShellListsThem(User user) throws Exception {
        Path folder = user.folder();
        Files.writeString(
                folder.resolve("server.py"),
                "import socket, time; s = socket.socket(); s.bind(('127.0.0.1', " + port()
                        + ")); s.listen(); print('up', flush=True); time.sleep(1000)\n");
        try (Running shell = Running.sluice(user, folder, "shell")) {
            shell.write("sluice:run --name box /usr/bin/python3 -I -S server.py\n");
            shell.awaitLine("up");
            shell.write("sluice:ports box\n");
            shell.awaitLine("  127.0.0.1\n");
            Matcher row = Pattern.compile("(?m)^" + port() + " +([0-9]+) +127\\.0\\.0\\.1$")
                    .matcher(shell.output());
            assertTrue(row.find() && !row.group(1).equals(port()), shell::output);
            shell.write("sluice:kill box\n");
            shell.awaitLine("box has ended");
            shell.write("exit 0\n");
            assertEquals(0, shell.awaitEnd(), shell::output);
        }
    }
}
