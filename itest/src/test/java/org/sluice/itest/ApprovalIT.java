package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

/** Approvals without a terminal: by the shell, by a webhook, and by nobody. */
class ApprovalIT {

    /** A file that no profile grants. */
    static Path secret(User user, String name) throws Exception {
        Path file = Files.writeString(user.folder().resolve(name), "content\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        return file;
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
        if (user == User.OWN) {
            // Only this user may write where the tests keep such answers.
            Distribution.Result why = Distribution.sluiceIn(
                    user, folder, "", "why", "--profile", profile.toString(), "open", file.toString());
            assertTrue(
                    why.out().startsWith("reading " + file + " is denied: it was answered for good, with never\n"),
                    why.out());
            assertEquals(1, why.status());
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
