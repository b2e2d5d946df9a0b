package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Approvals at a real terminal, and without one. What tells of an event is split, so that no echo looks like it. */
class ApprovalIT {

    private static final String QUESTION = "[o]nce, [s]ession, [a]lways, [n]o or never:";

    /** A file that no profile grants. */
    private static Path secret(User user, String name) throws Exception {
        Path file = Files.writeString(user.folder().resolve(name), "content\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        return file;
    }

    /** Runs a script with the path as its first argument; the terminal is who is asked, because there is one. */
    private static void run(Tmux tmux, Path file, String script) throws Exception {
        tmux.type(
                Distribution.home().resolve("bin/sluice") + " run --broker -- sh -c '" + script.replace("'", "'\\''")
                        + "' sh \"" + file + "\"",
                "Enter");
    }

    private static void awaitStatus(Tmux tmux, int status) throws Exception {
        tmux.awaitEnd("ready> ");
        tmux.type("echo \"stat'us' $?\" | tr -d \"'\"", "Enter");
        tmux.await("\nstatus " + status);
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void anAnswerIsForWhatItSays(User user) throws Exception {
        Programs.require("tmux");
        Path file = secret(user, "secret");
        try (Tmux tmux = Tmux.start(user)) {
            run(tmux, file, "cat $1 || echo first-$?; cat $1; cat $1; cat $1; echo more >> $1 || exit 5");
            tmux.awaitEnd(QUESTION);
            assertTrue(tmux.screen().contains(" asks to read\n  " + file + "\n"), tmux.screen());
            tmux.type("perhaps", "Enter");
            tmux.awaitEnd("Please type one of these words. " + QUESTION);
            tmux.type("n", "Enter");
            tmux.await("first-1");
            tmux.awaitEnd(QUESTION);
            tmux.type("o", "Enter");
            tmux.await("allowed once: read " + file + "\ncontent\n");
            tmux.awaitEnd(QUESTION);
            tmux.type("session", "Enter");
            tmux.await("allowed for this session: read " + file + "\ncontent\ncontent\n");
            tmux.awaitEnd(QUESTION);
            assertTrue(tmux.screen().contains(" asks to write\n  " + file + "\n"), tmux.screen());
            tmux.type("never", "Enter");
            awaitStatus(tmux, 5);
            assertTrue(tmux.screen().contains("denied for good: write " + file), tmux.screen());
        }
        assertEquals("content\n", Files.readString(file));
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void whatWasTypedAheadIsNoAnswer(User user) throws Exception {
        Programs.require("tmux");
        Path file = secret(user, "secret");
        try (Tmux tmux = Tmux.start(user)) {
            run(tmux, file, "echo u'p'; until test -e go; do sleep 0.05; done; cat $1; exit 4");
            tmux.await("\nup");
            tmux.type("always", "Enter", "always");
            tmux.await("always\nalways");
            Files.createFile(tmux.folder().resolve("go"));
            tmux.awaitEnd(QUESTION);
            tmux.type("n", "Enter");
            awaitStatus(tmux, 4);
            assertTrue(tmux.screen().contains("denied: read " + file), tmux.screen());
            assertFalse(tmux.screen().contains("\ncontent"), tmux.screen());
        }
    }

    /** A program that had set the terminal finds it as it left it. */
    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void theSettingsOfTheTerminalAreRestored(User user) throws Exception {
        Programs.require("tmux", "stty");
        Path file = secret(user, "secret");
        try (Tmux tmux = Tmux.start(user)) {
            run(
                    tmux,
                    file,
                    "stty raw -echo; before=$(stty -g); cat $1; after=$(stty -g); stty sane; test $before = $after && echo sa'me'");
            tmux.awaitEnd(QUESTION);
            tmux.type("once", "Enter");
            tmux.await(" same");
            awaitStatus(tmux, 0);
        }
    }

    /** A shell with job control has the foreground for its commands; it gets it back. */
    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void aQuestionTakesTheForegroundAndGivesItBack(User user) throws Exception {
        Programs.require("tmux", "bash");
        Path file = secret(user, "secret");
        try (Tmux tmux = Tmux.start(user)) {
            tmux.type(
                    Distribution.home().resolve("bin/sluice")
                            + " run --broker -- env HISTFILE= bash --norc --noprofile -i",
                    "Enter");
            tmux.type("PS1='i'nside'> '", "Enter");
            tmux.await("\ninside>");
            // The first of the job, after which its process group is called, has ended.
            tmux.type("true | cat " + file, "Enter");
            tmux.awaitEnd(QUESTION);
            tmux.type("once", "Enter");
            tmux.await("allowed once: read " + file + "\ncontent\n");
            tmux.type("clear; cat " + file + "; read line; echo \"re'a'd $line\" | tr -d \"'\"", "Enter");
            tmux.awaitEnd(QUESTION);
            tmux.type("once", "Enter");
            tmux.await("\ncontent\n");
            tmux.type("some words", "Enter");
            tmux.await("\nread some words");
            tmux.type("exit 3", "Enter");
            awaitStatus(tmux, 3);
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void interruptAndStopAtAQuestion(User user) throws Exception {
        Programs.require("tmux");
        Path file = secret(user, "secret");
        try (Tmux tmux = Tmux.start(user)) {
            run(tmux, file, "exec cat $1");
            tmux.awaitEnd(QUESTION);
            tmux.type("C-z");
            tmux.await("Stopped");
            tmux.awaitEnd("ready> ");
            assertTrue(tmux.screen().contains("not asked any more"), tmux.screen());
            tmux.type("clear; fg", "Enter");
            tmux.awaitEnd(QUESTION);
            tmux.type("C-c");
            awaitStatus(tmux, 130);
            tmux.type("clear; stty", "Enter");
            tmux.await("speed");
            assertFalse(tmux.screen().contains("-icanon"), tmux.screen());
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void aJobInTheBackgroundWaitsForTheForeground(User user) throws Exception {
        Programs.require("tmux");
        Path file = secret(user, "secret");
        try (Tmux tmux = Tmux.start(user)) {
            tmux.type(Distribution.home().resolve("bin/sluice") + " run --broker -- cat " + file + " &", "Enter");
            tmux.await("asks for an approval; bring it to the foreground (fg) to answer");
            tmux.type("echo st'ill' mine", "Enter");
            tmux.await("\nstill mine");
            tmux.type("fg", "Enter");
            tmux.awaitEnd(QUESTION);
            tmux.type("once", "Enter");
            tmux.await("\ncontent\n");
            awaitStatus(tmux, 0);
        }
    }

    /** A name is the command's choice, and so is what it writes to the terminal meanwhile. */
    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void aHostileCommandNeitherForgesNorAnswersAQuestion(User user) throws Exception {
        Programs.require("tmux");
        Path file = secret(user, "a\u001b[2J\u001b[Hb\nsluice: allowed");
        try (Tmux tmux = Tmux.start(user)) {
            Path folder = tmux.folder();
            Files.createSymbolicLink(folder.resolve("link"), file);
            run(
                    tmux,
                    folder.resolve("link"),
                    "(until test -e go; do sleep 0.05; done; printf \"\\033[6n\\033[c\"; echo > gone) & cat $1; exit 4");
            tmux.awaitEnd(QUESTION);
            assertTrue(
                    tmux.screen().replace("\n", "").contains("/a\\x1b[2J\\x1b[Hb\\x0asluice: allowed"), tmux.screen());
            // The terminal types its answer to what the command asks it; that and a word is no word.
            Files.createFile(folder.resolve("go"));
            tmux.await("^[[");
            tmux.type("once", "Enter");
            tmux.awaitEnd("Please type one of these words. " + QUESTION);
            tmux.type("no", "Enter");
            awaitStatus(tmux, 4);
            assertFalse(tmux.screen().contains("\ncontent"), tmux.screen());
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void theShellAnswers(User user) throws Exception {
        Path file = secret(user, "secret");
        Path folder = user.folder();
        Path profile = Files.writeString(
                folder.resolve("p.json"),
                "{ \"extends\": \"default\", \"handlers\": { \"openat\": { \"approve\": \"shell\" } } }");
        String run = "sluice:run --profile " + profile + " --name ";
        try (Running shell = Running.sluice(user, folder, "shell")) {
            shell.write(run + "first /bin/cat " + file + "\n");
            awaitQuestion(shell, "1 +first");
            shell.write("sluice:approve 1 session\n");
            shell.awaitLine("1: session");
            shell.awaitLine("content");
            shell.write(run + "second /bin/sh -c 'read x < \"$0\" || echo second refused' " + file + "\n");
            awaitQuestion(shell, "2 +second");
            shell.write("sluice:reject 2 never\n");
            shell.awaitLine("2: never");
            shell.awaitLine("second refused");
            shell.write(run + "third /bin/sh -c 'read x < \"$0\" || echo third refused; sleep 1000' " + file + "\n");
            shell.awaitLine("third refused");
            // A question that nobody answers is refused too, only later.
            shell.write("sluice:denials --json third\n");
            shell.awaitLine("refused before");
            shell.write("sluice:kill third\n");
            shell.write("sluice:approve 3\n");
            shell.awaitLine("no question 3 waits; sluice:approvals lists those that do");
            shell.write("exit 0\n");
            assertEquals(0, shell.awaitEnd(), shell::output);
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void aWebhookAnswers(User user) throws Exception {
        Path file = secret(user, "secret");
        BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/ask", exchange -> {
            asked.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII));
            byte[] answer = (asked.size() == 1 ? "{\"answer\": \"once\"}" : "yes").getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/ask";
            Distribution.Result result = Distribution.sluice(
                    user, "", "run", "--approve", url, "--", "sh", "-c", "cat $0; cat $0", file.toString());
            assertEquals("content\n", result.out(), result::err);
            assertEquals(1, result.status());
            assertTrue(
                    result.err().replaceAll("\\s+", " ").contains(file + ": not approved: the webhook's answer is not"),
                    result.err());
            assertTrue(
                    asked.take().contains("\"path\": \"" + file + "\", \"read\": true, \"write\": false"),
                    asked::toString);
        } finally {
            server.stop(0);
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void whoIsAskedIsExplainedAndChecked(User user) throws Exception {
        Distribution.Result explained = Distribution.sluice(
                user, "", "run", "--explain", "--approve", "any shell com.example.chat", "--", "true");
        assertTrue(
                explained.out().contains("files that no grant covers\n  asked: any shell com.example.chat\n"),
                explained.out());
        Distribution.Result refused =
                Distribution.sluice(user, "", "run", "--approve", "http://example.com/", "--", "true");
        assertEquals(125, refused.status());
        assertEquals(
                "sluice: --approve http://example.com/: 'http://example.com/': whoever is on the way could answer; write a"
                        + " URL with https, or http to 127.0.0.1, [::1] or localhost\n",
                refused.err());
    }

    /** What the file in {@code conf} says holds from the first question on. */
    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void theConfigurationSaysHowLongAnAnswerIsWaitedFor(User user) throws Exception {
        Path file = secret(user, "secret");
        Path home = Distribution.copyFor(user);
        Files.writeString(home.resolve("conf/org.sluice.approvals.config"), "timeout=I\"1\"\n");
        Distribution.Result result = Distribution.bare(
                user,
                user.folder(),
                "",
                List.of(
                        home.resolve("bin/sluice").toString(),
                        "run",
                        "--approve",
                        "shell",
                        "--",
                        "cat",
                        file.toString()));
        assertEquals(1, result.status(), result::err);
        assertTrue(
                result.err().replaceAll("\\s+", " ").contains(file + ": not approved: no answer in 1 s"), result.err());
    }

    private static void awaitQuestion(Running shell, String line) throws Exception {
        Pattern pattern = Pattern.compile("(?m)^(g! )?" + line + " ");
        Running.await("there is a line " + line, () -> {
            try {
                shell.write("sluice:approvals\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return pattern.matcher(shell.output()).find();
        });
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void withoutATerminalItIsDeniedAndSaid(User user) throws Exception {
        Programs.require("setsid");
        Path file = secret(user, "secret");
        Distribution.Result result = Distribution.bare(
                user,
                user.folder(),
                "",
                List.of(
                        "setsid",
                        "--wait",
                        Distribution.home().resolve("bin/sluice").toString(),
                        "run",
                        "--approve",
                        "terminal",
                        "--",
                        "cat",
                        file.toString()));
        assertEquals(1, result.status());
        assertEquals("", result.out());
        assertTrue(
                result.err()
                        .startsWith("sluice: there is no terminal to ask at, so what would be asked is denied; grant it"
                                + " with --read and --write, or name another with --approve\n"),
                result.err());
        assertTrue(result.err().replaceAll("\\s+", " ").contains(file + ": not approved: no terminal"), result.err());
        assertTrue(result.err().contains("to allow: --read " + file), result.err());
    }
}
