package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shell of a supervisor that runs, from outside. */
class AttachIT {

    private static final String TERMINAL = "sluice> ";

    private static String name(String what, User user) {
        return what + "-" + user.name() + "-" + ProcessHandle.current().pid();
    }

    private static Running box(User user, Path folder, String name) throws Exception {
        Running running = Running.sluice(
                user, folder, "run", "--profile", "open", "--name", name, "--", "sh", "-c", "echo up; exec sleep 1000");
        running.awaitLine("up");
        return running;
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void oneCommandPrintsWhereItBelongs(User user) throws Exception {
        String name = name("one", user);
        try (Running running = box(user, user.folder(), name)) {
            Distribution.Result list = Distribution.sluice(user, "", "attach", name, "--", "sluice:ps");
            assertEquals(0, list.status(), list::err);
            assertEquals("", list.err());
            assertTrue(list.out().startsWith("SANDBOX"), list::out);
            assertTrue(list.out().contains(name), list::out);
            Distribution.Result rule =
                    Distribution.sluice(user, "", "attach", name, "--", "allow", name, "connect", "192.0.2.0/24!443");
            assertEquals(name + ": allow net/connect 192.0.2.0/24!443\n", rule.out(), rule::err);
            Distribution.Result line =
                    Distribution.sluice(user, "", "attach", name, "--", "rules " + name + " | grep 443");
            assertTrue(line.out().contains("administrator"), line::out);
            Distribution.Result wrong = Distribution.sluice(user, "", "attach", name, "--", "sluice:info", "other");
            assertEquals(1, wrong.status());
            assertEquals("", wrong.out());
            assertEquals("sluice: there is no sandbox other here; sluice:ps lists them\n", wrong.err());
            Distribution.Result unknown = Distribution.sluice(user, "", "attach", name, "--", "no-such");
            assertEquals(1, unknown.status());
            assertEquals("sluice: there is no command no-such; help lists them\n", unknown.err());
            Distribution.Result kill = Distribution.sluice(user, "", "attach", name, "--", "sluice:kill", name);
            assertEquals(name + " has ended\n", kill.out(), kill::err);
            assertEquals(0, kill.status());
            assertEquals(128 + 9, running.awaitEnd(), running::output);
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void commandsComeFromAPipe(User user) throws Exception {
        String name = name("pipe", user);
        try (Running running = box(user, user.folder(), name)) {
            Distribution.Result result = Distribution.sluice(
                    user, "ps\ninfo other\nlock " + name + "\nexit\nkill " + name + "\n", "attach", name);
            assertEquals(0, result.status(), result::err);
            assertTrue(result.out().contains(name + ": the rules are locked"), result::out);
            assertEquals("sluice: there is no sandbox other here; sluice:ps lists them\n", result.err());
            Distribution.Result last =
                    Distribution.sluice(user, "ps\nallow " + name + " connect 'any!1'", "attach", name);
            assertEquals(1, last.status());
            assertTrue(running.isAlive());
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void withoutANameTheOnlyOneIsMeant(User user) throws Exception {
        Path folder = user.folder();
        String runtime = folder.resolve("runtime").toString();
        String sluice = Distribution.home().resolve("bin/sluice").toString();
        // A folder of its own for control sockets, so that other tests' sandboxes are none.
        String script =
                """
                mkdir -m 700 "$1" work && export XDG_RUNTIME_DIR="$1" && cd work
                "$0" attach -- sluice:ps
                "$0" run --name first -- sh -c 'echo up; exec sleep 1000' >first &
                until grep -qs up first; do sleep 0.05; done
                "$0" attach -- sluice:ps | cut -d' ' -f1
                "$0" run --name second -- sh -c 'echo up; exec sleep 1000' >second &
                until grep -qs up second; do sleep 0.05; done
                "$0" attach -- sluice:ps
                "$0" attach nobody
                "$0" stop first; "$0" stop second; wait
                """;
        Distribution.Result result =
                Distribution.bare(user, folder, "", java.util.List.of("sh", "-c", script, sluice, runtime));
        assertEquals("SANDBOX\nfirst\n", result.out(), result::err);
        assertEquals(
                """
                sluice: no sandbox is running; start one: sluice run -- command
                sluice: attach needs the name of a sandbox, because several are running: first, second
                sluice: there is no running sandbox named nobody; see sluice ps
                """,
                result.err());
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void aTerminalHasAllThatAShellHas(User user) throws Exception {
        Programs.require("tmux", "stty");
        String name = name("tty", user);
        try (Running running = box(user, user.folder(), name);
                Tmux tmux = Tmux.start(user)) {
            tmux.type("stty -g >before; " + sluice() + " attach " + name, "Enter");
            tmux.awaitEnd(TERMINAL);
            tmux.type("sluice:inf", "Tab");
            tmux.await(TERMINAL + "sluice:info");
            tmux.type(name, "Enter");
            tmux.await("\nrules, administrator");
            tmux.awaitEnd(TERMINAL);
            // A command that waits is interrupted; neither the supervisor nor its sandbox is.
            tmux.type("echo beg'u'n; sleep 1000000", "Enter");
            tmux.await("\nbegun");
            tmux.type("C-c");
            // What the command has to say of it may come after the prompt.
            String prompt = TERMINAL.strip();
            tmux.await(
                    "a prompt after ^C",
                    screen -> screen.lastIndexOf(prompt) > screen.lastIndexOf("^C") && screen.contains("^C"));
            tmux.resize(100, 30);
            tmux.type("info other", "Enter");
            tmux.await("there is no sandbox other here");
            tmux.type("exit", "Enter");
            tmux.awaitEnd("ready> ");
            tmux.type("stty -g | cmp - before && echo \"set'tings as before\" | tr -d \"'\"", "Enter");
            tmux.await("\nsettings as before");
            assertTrue(running.isAlive());
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void twoShellsAtOnceAndTheEndOfTheRunEndsThem(User user) throws Exception {
        Programs.require("tmux");
        String name = name("two", user);
        try (Running running = box(user, user.folder(), name);
                Tmux one = Tmux.start(user);
                Tmux two = Tmux.start(user)) {
            one.type(sluice() + " attach " + name, "Enter");
            two.type(sluice() + " attach " + name, "Enter");
            one.awaitEnd(TERMINAL);
            two.awaitEnd(TERMINAL);
            one.type("deny " + name + " connect 'any!7'", "Enter");
            one.await(name + ": deny net/connect any!7");
            two.type("rules " + name, "Enter");
            two.await("shell  deny net/connect any!7");
            one.type("sleep 1000000", "Enter");
            running.signal("TERM");
            assertEquals(128 + 15, running.awaitEnd(), running::output);
            one.await("sluice: " + name + " has ended, and its shell with it");
            two.await("sluice: " + name + " has ended, and its shell with it");
            one.awaitEnd("ready> ");
            two.awaitEnd("ready> ");
        }
    }

    /** Killed while a command of it runs: that is interrupted, and nothing is left of the session but the run. */
    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void theSupervisorSurvivesItsClients(User user) throws Exception {
        String name = name("dies", user);
        Path folder = user.folder();
        try (Running running = box(user, folder, name)) {
            for (int i = 0; i < 10; i++) {
                try (Running client =
                        Running.sluice(user, folder, "attach", name, "--", "echo waiting; sleep 1000000")) {
                    client.awaitLine("waiting");
                    client.signal("KILL");
                    assertEquals(128 + 9, client.awaitEnd());
                }
            }
            ProcessHandle supervisor = ProcessHandle.of(running.pid()).orElseThrow();
            Running.await("the sessions have ended", () -> sessions(supervisor.pid()) == 0);
            try (Running client = Running.sluice(user, folder, "attach", name, "--", "echo waiting; sleep 1000000")) {
                client.awaitLine("waiting");
                client.signal("INT");
                assertEquals(128 + 2, client.awaitEnd());
            }
            assertTrue(running.isAlive());
            assertFalse(running.output().contains("Exception"), running::output);
        }
    }

    /** The threads of a process that run sessions. */
    private static long sessions(long pid) {
        try (var tasks = java.nio.file.Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            long count = 0;
            for (Path task : tasks) {
                count += name(task).filter("sluice shell"::equals).isPresent() ? 1 : 0;
            }
            return count;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Optional<String> name(Path task) throws java.io.IOException {
        try {
            return Optional.of(
                    java.nio.file.Files.readString(task.resolve("comm")).strip());
        } catch (java.nio.file.NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static String sluice() throws Exception {
        return Distribution.home().resolve("bin/sluice").toString();
    }
}
