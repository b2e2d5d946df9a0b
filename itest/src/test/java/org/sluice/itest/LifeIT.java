package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A sandbox from its start to its end: what the command inherits, what signals do, what is left. */
class LifeIT {

    /** Leaves its session and its parent, as a daemon does, and writes its number to a file. */
    private static final String DAEMON =
            """
            import os, signal, sys, time
            if os.fork():
                while not os.path.exists("daemon"): time.sleep(0.01)
                print("up", flush=True)
                time.sleep(1000)
            os.setsid()
            if os.fork(): os._exit(0)
            for number in (1, 2, 3, 15): signal.signal(number, signal.SIG_IGN)
            with open("daemon.new", "w") as file: file.write(str(os.getpid()))
            os.rename("daemon.new", "daemon")
            time.sleep(1000)
            """;

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void killingTheSupervisorEndsEverything(User user) throws Exception {
        Programs.require("python3");
        Path folder = user.folder();
        Files.writeString(folder.resolve("daemon.py"), DAEMON);
        try (Running running = Running.sluice(user, folder, "run", "--", "python3", "daemon.py")) {
            running.awaitLine("up");
            ProcessHandle daemon = daemon(folder);
            assertTrue(daemon.isAlive());
            running.signal("KILL");
            assertEquals(128 + 9, running.awaitEnd());
            Running.await("the daemon has ended", () -> !daemon.isAlive());
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void theEndOfTheCommandEndsItsDaemons(User user) throws Exception {
        Programs.require("python3");
        Path folder = user.folder();
        Files.writeString(folder.resolve("daemon.py"), DAEMON);
        try (Running running = Running.sluice(user, folder, "run", "--", "python3", "daemon.py")) {
            running.awaitLine("up");
            ProcessHandle daemon = daemon(folder);
            running.signal("TERM");
            assertEquals(128 + 15, running.awaitEnd(), running::output);
            assertFalse(daemon.isAlive());
        }
    }

    private static ProcessHandle daemon(Path folder) throws Exception {
        return ProcessHandle.of(Long.parseLong(Files.readString(folder.resolve("daemon"))))
                .orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void signalsReachTheCommand(User user) throws Exception {
        try (Running running = Running.sluice(
                user,
                user.folder(),
                "run",
                "--",
                "sh",
                "-c",
                "trap 'echo got TERM; exit 3' TERM; trap 'echo got HUP' HUP; echo up; while :; do sleep 0.05; done")) {
            running.awaitLine("up");
            running.signal("HUP");
            running.awaitLine("got HUP");
            assertTrue(running.isAlive());
            running.signal("TERM");
            assertEquals(3, running.awaitEnd(), running::output);
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void environmentFolderUmaskAndLimitsAreKept(User user) throws Exception {
        String script =
                """
                cd "$0" && umask 027 && ulimit -n 321 && ulimit -c 0 && trap '' USR2 && export ODD='a b
                c=d' && export EMPTY= && exec "$@" sh -c 'umask; ulimit -n; ulimit -c; pwd; printf "%s|" "$ODD" "${EMPTY-unset}"; kill -USR2 $$; echo; grep SigIgn /proc/self/status'
                """;
        Path folder = Files.createDirectory(user.folder().resolve("some folder"));
        Files.setAttribute(folder, "unix:uid", Files.getAttribute(folder.getParent(), "unix:uid"));
        Distribution.Result bare =
                Distribution.bare(user, folder, "", List.of("sh", "-c", script, folder.toString(), "env"));
        Distribution.Result sandboxed = Distribution.bare(
                user,
                folder,
                "",
                List.of(
                        "sh",
                        "-c",
                        script,
                        folder.toString(),
                        Distribution.home().resolve("bin/sluice").toString(),
                        "run",
                        "--profile",
                        "open",
                        "--"));
        assertEquals(0, bare.status(), bare::err);
        assertEquals(bare.out(), sandboxed.out(), sandboxed::err);
        assertEquals(bare.err(), sandboxed.err());
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void bigStreamsPassUnchanged(User user) throws Exception {
        String input = "0123456789abcde\n".repeat(200_000);
        Distribution.Result result =
                Distribution.sluice(user, input, "run", "--", "sh", "-c", "cat | tee copy; cat copy >&2; exit 5");
        assertEquals(5, result.status());
        assertEquals(input, result.out());
        assertEquals(input, result.err());
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void aReaderThatEndsEndsTheWriter(User user) throws Exception {
        String sluice = Distribution.home().resolve("bin/sluice").toString();
        Distribution.Result result = Distribution.bare(
                user,
                user.folder(),
                "",
                List.of("bash", "-c", sluice + " run -- yes | head -n 1; echo ${PIPESTATUS[0]}"));
        assertEquals("y\n" + (128 + 13) + "\n", result.out(), result::err);
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void furtherProcessesStopAndList(User user) throws Exception {
        String name = "life-" + user.name() + "-" + ProcessHandle.current().pid();
        Path folder = user.folder();
        try (Running running =
                Running.sluice(user, folder, "run", "--name", name, "--", "sh", "-c", "echo up $$; exec sleep 1000")) {
            running.awaitLine("up");
            Matcher pid = Pattern.compile("up (\\d+)").matcher(running.output());
            assertTrue(pid.find());
            Distribution.Result list = Distribution.sluice(user, "", "ps");
            assertTrue(
                    list.out().lines().anyMatch(line -> line.matches(Pattern.quote(name) + " +" + pid.group(1))),
                    list::out);
            Distribution.Result exec = Distribution.sluiceIn(
                    user,
                    folder,
                    "some input",
                    "exec",
                    "--env",
                    "A=b",
                    name,
                    "--",
                    "sh",
                    "-c",
                    "cat; pwd; echo $A; echo apart >&2; exit 9");
            assertEquals("some input" + folder + "\nb\n", exec.out());
            assertEquals("apart\n", exec.err());
            assertEquals(9, exec.status());
            assertEquals(
                    128 + 9,
                    Distribution.sluice(user, "", "exec", name, "sh", "-c", "kill -9 $$")
                            .status());
            assertEquals(
                    127,
                    Distribution.sluice(user, "", "exec", name, "--", "no-such-command")
                            .status());
            assertEquals(0, Distribution.sluice(user, "", "stop", name).status());
            assertEquals(128 + 9, running.awaitEnd(), running::output);
            Optional<ProcessHandle> command = ProcessHandle.of(Long.parseLong(pid.group(1)));
            assertTrue(command.isEmpty() || !command.get().isAlive());
            assertFalse(Distribution.sluice(user, "", "ps").out().contains(name));
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void theEndOfASandboxEndsWhatRunsBesideItsCommand(User user) throws Exception {
        String name = "beside-" + user.name() + "-" + ProcessHandle.current().pid();
        try (Running running = Running.sluice(
                user, user.folder(), "run", "--name", name, "--", "sh", "-c", "echo up; read line; exit 4")) {
            running.awaitLine("up");
            try (Running beside = Running.sluice(
                    user, user.folder(), "exec", name, "--", "sh", "-c", "echo beside; exec sleep 1000")) {
                beside.awaitLine("beside");
                running.write("\n");
                assertEquals(4, running.awaitEnd(), running::output);
                assertEquals(128 + 9, beside.awaitEnd(), beside::output);
            }
        }
    }
}
