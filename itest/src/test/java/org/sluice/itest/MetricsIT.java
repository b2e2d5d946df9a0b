package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Counters as Prometheus reads them, over a Unix socket that no sandbox can use. */
class MetricsIT {

    private static final int ATTEMPTS = 2000;

    /** Connects again and again by each name that it can think of, and counts how often that worked. */
    private static final String ATTACKER =
            """
            import os, socket, sys
            path = sys.argv[1]
            os.symlink(path, 'link')
            names = [path, 'link', '/proc/self/root' + path, os.path.dirname(path) + '/./' + os.path.basename(path)]
            got = 0
            for i in range(int(sys.argv[2])):
                with socket.socket(socket.AF_UNIX) as s:
                    if s.connect_ex(names[i % len(names)]) == 0:
                        got += 1
            try:
                os.unlink(path)
                got += 1
            except OSError:
                pass
            print('got', got, flush=True)
            sys.stdin.read()
            """;

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void countersAreForTheOwnerAndForNoSandbox(User user) throws Exception {
        Programs.require("curl", "python3");
        Path folder = user.folder();
        Path place = user.folder();
        Files.writeString(folder.resolve("attacker.py"), ATTACKER);
        Path socket = place.resolve("metrics");
        String name = "metrics-" + user.name() + "-" + ProcessHandle.current().pid();
        try (Running running = Running.sluice(
                user,
                folder,
                "run",
                "-q",
                "--report",
                "none",
                "--unix-connect",
                place + "/**",
                "--metrics",
                socket.toString(),
                "--name",
                name,
                "--",
                "python3",
                "attacker.py",
                socket.toString(),
                Integer.toString(ATTEMPTS))) {
            running.awaitLine("got ");
            assertTrue(running.output().contains("got 0\n"), running::output);
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
            String text = curl(user, socket, "/metrics").out();
            assertTrue(
                    text.startsWith("# HELP sluice_sandboxes Sandboxes that run.\n# TYPE sluice_sandboxes gauge\n"),
                    text);
            assertTrue(text.contains("\nsluice_sandboxes 1\n"), text);
            assertTrue(text.contains("\nsluice_denials_total{sandbox=\"" + name + "\"} " + ATTEMPTS + "\n"), text);
            // Name services connect, too.
            String calls =
                    "(?s).*\nsluice_handler_calls_total[{]sandbox=\"" + name + "\",handler=\"unix\"[}] 20\\d\\d\n.*";
            assertTrue(text.matches(calls), text);
            assertTrue(text.contains("sluice_handler_active{sandbox=\"" + name + "\",handler=\"unix\"} 1\n"), text);
            for (String line : text.split("\n", -1)) {
                assertTrue(line.matches("|# (HELP|TYPE) .+|[a-z_]+([{][^}]+[}])? [0-9.]+"), line);
            }
            Distribution.Result wrong = curl(user, socket, "/other");
            assertEquals(22, wrong.status(), wrong::out);
            Distribution.Result taken = Distribution.sluice(
                    user, "", "run", "--metrics", socket.toString(), "--name", name + "2", "--", "true");
            assertEquals(125, taken.status());
            assertEquals(
                    "sluice: --metrics " + socket
                            + ": there is something already; name a new file in a folder of yours\n",
                    taken.err());
            running.closeInput();
            assertEquals(0, running.awaitEnd(), running::output);
        }
        assertFalse(Files.exists(socket));
    }

    private static Distribution.Result curl(User user, Path socket, String path) throws Exception {
        return Distribution.bare(
                user,
                Path.of("/"),
                "",
                List.of(
                        "curl",
                        "-sS",
                        "-f",
                        "--http1.0",
                        "--unix-socket",
                        socket.toString(),
                        "http://localhost" + path));
    }
}
