package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A person at a terminal of 80 columns works through every command of the shell and looks at each screen. */
class CommandWalkIT {

    private static final String PROMPT = "\nsluice>";

    /** Connects again and again to where nobody listens, and to where it may not, and reads what may be read if somebody agrees. */
    private static final String CALLER =
            """
            import socket, sys, threading, time
            def ask():
                for turn in range(2):
                    try: print(open(sys.argv[1]).read(), flush=True)
                    except OSError as e: print(e.strerror, flush=True)
            threading.Thread(target=ask, daemon=True).start()
            print('up', flush=True)
            while True:
                for address in (('127.0.0.1', 1), ('192.0.2.1', 80)):
                    with socket.socket() as s: s.connect_ex(address)
                time.sleep(0.05)
            """;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TIME = "[0-9.]+ (ns|µs|ms|s)";

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void everyCommandHasItsScreen(User user) throws Exception {
        Programs.require("tmux", "python3");
        Path folder = user.folder();
        Files.writeString(folder.resolve("caller.py"), CALLER);
        Path secret = user.folder().resolve("secret");
        Files.writeString(secret, "told");
        String box = "w" + ProcessHandle.current().pid() + (user.isRoot() ? "r" : "n");
        try (Running running = Running.sluice(
                        user,
                        folder,
                        "run",
                        "-q",
                        "--report",
                        "none",
                        "--name",
                        box,
                        "--approve",
                        "shell",
                        "--",
                        "python3",
                        "caller.py",
                        secret.toString());
                Tmux tmux = Tmux.start(user)) {
            running.awaitLine("up");
            tmux.type(Distribution.home().resolve("bin/sluice") + " attach " + box, "Enter");
            tmux.awaitEnd(PROMPT);
            Walk walk = new Walk(tmux);
            walk.step("ps", "SANDBOX +PID +DENIED +RULES\n" + box + " +\\d+ +\\d+ +open to change");
            String question = "NUMBER +SANDBOX +PID +COMMAND +ASKS TO\n%d +" + box + " +\\d+ +python3 +read.*(\n +.+)*";
            walk.until("approvals", String.format(question, 1));
            walk.step("approve 1", "1: once");
            running.awaitLine("told");
            walk.step(
                    "info " + box,
                    "sandbox +" + box + "\nfirst process +\\d+\nrules, profile +\\d+\nrules, learned +0\n"
                            + "rules, administrator +0\nlocked +no\ncalls denied +\\d+\n(handler \\w+ +(active|not used)\n?)+");
            walk.step(
                    "handlers " + box,
                    "HANDLER +CALLS +FAILED +P50 +P99 +STATE AND TRAPS\n(.+\n)*connect +\\d+ +0 +" + TIME + " +" + TIME
                            + " +active, required; DECIDE; traps bind\n(.+\n?)+");
            walk.step(
                    "stats",
                    "SANDBOX +HANDLER +CALLS +FAILED +P50 +P99\n(.+\n)*" + box + " +connect +\\d+ +0 +" + TIME + " +"
                            + TIME + "\n(.+\n?)+");
            walk.step("allow " + box + " connect '192.0.2.0/24!443'", box + ": allow net/connect 192.0.2.0/24!443");
            walk.step("deny " + box + " bind 'any!22'", box + ": deny net/bind any!22");
            walk.step(
                    "rules " + box,
                    "LAYER +FROM +RULE\n(profile .+\n(  +.+\n)*)*administrator +shell +allow net/connect 192.0.2.0/24!443\n"
                            + "administrator +shell +deny net/bind any!22");
            walk.step(
                    "denials " + box,
                    "TIMES +BY +WHAT +TARGET AND REASON\n\\d+ +python3 +net/connect +192.0.2.1!80: no grant "
                            + "\\(--allow-connect\n +'192.0.2.1!80'\\)");
            walk.step("ports " + box, "PORT +OUTSIDE +ADDRESS");
            walk.step("links " + box, "LINK +STATE +MTU +MAC +ADDRESSES\nlo +up +65536 .+ 127.0.0.1/8 ::1/128");
            walk.until("approvals", String.format(question, 2));
            walk.step("reject 2", "2: deny");
            running.awaitLine("Permission denied");
            walk.step("approve 2", "(?s).*2.*");
            walk.step("release " + box + " connect", box + ": connect is released");
            walk.step(
                    "trace -n 1 -v denied " + box,
                    "[0-9:.]+ +\\d+ python3 +connect: EACCES by connect, " + TIME
                            + "\n +fd=\\d+, uservaddr=192.0.2.1!80, addrlen=16");
            walk.step(
                    "trace -n 1 -v denied",
                    "[0-9:.]+ +\\d+ python3 +connect: EACCES by connect, " + TIME + "\n +" + box
                            + ": fd=\\d+, uservaddr=192.0.2.1!80, addrlen=16");
            walk.step("top -n 1", "SANDBOX +HANDLER +CALLS/S +CALLS +FAILED +P50 +P99\n(" + box + " .+\n?)+");
            walk.step("help sluice:lock", "lock - lets nobody change the rules .+\n +scope: sluice\n(.+\n?)+");
            walk.step("ps --json", "\\[\\{\"sandbox\":\"" + box + "\",\"pid\":\\d+,.+\\}\\]");
            walk.step(
                    "swap connect /none.jar",
                    "(?s).*there is no file /none.jar; name one, a URL or a\\s+bundle's number.*");
            walk.step(
                    "config",
                    "NAME +KEY +VALUE +STANDARD +MEANING\n(.+\n)*supervisor +swap-grace +500ms +500ms +how long .+\n(.+\n?)+");
            walk.step("config supervisor swap-grace=1s", "supervisor: swap-grace=1s");
            walk.step("log org.sluice.core error", "org.sluice.core: error");
            walk.step("log", "LEVEL +LOGGERS\nerror +org.sluice.core");
            walk.step(
                    "profile show " + box,
                    "(?s)\\{\\s+\"description\" : \"Effective profile of default\",.+\"approve\" : \"shell\".+\\}");
            walk.step("profile reload " + box, box + ": +profile default is reloaded");
            walk.step("help sluice:swap", "swap - puts a bundle's handler .+\n(.+\n?)+");
            walk.step("run --name m" + box + " sleep 1000", "m" + box);
            walk.step("kill m" + box, "m" + box + " has ended");
            walk.step("lock " + box, box + ": the rules are locked");
            walk.step(
                    "deny " + box + " bind 'any!23'",
                    "(?s).*the rules are locked; start the sandbox anew to change\\s+them.*");
            // Tab offers the sandboxes; there is one.
            tmux.type("kill ", "Tab");
            tmux.await(PROMPT + " kill " + box);
            tmux.type("Enter");
            tmux.await("sluice: " + box + " has ended, and its shell with it");
            running.awaitEnd();
        }
    }

    /** A conversation: what was typed, and between two prompts what came of it. */
    private static final class Walk {

        private final Tmux tmux;
        private int prompts = 1;

        Walk(Tmux tmux) {
            this.tmux = tmux;
        }

        /** What comes in its own time: a person asks again until it is there. */
        void until(String typed, String expected) throws Exception {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < end && !matches(typed, expected, answer(typed))) {
                Thread.onSpinWait();
            }
            step(typed, expected);
        }

        void step(String typed, String expected) throws Exception {
            String answer = answer(typed);
            assertTrue(matches(typed, expected, answer), () -> typed + "\n" + answer + "\ndoes not match\n" + expected);
            // JSON is for programs, and a complaint is a sentence.
            boolean isTable = !typed.contains("--json") && !answer.contains("Exception: ");
            boolean fits = !isTable || answer.lines().allMatch(line -> line.length() <= 80);
            assertTrue(fits, answer);
        }

        private static boolean matches(String typed, String expected, String answer) {
            return Pattern.compile("\\s*" + Pattern.quote(typed) + "\\s*\n\\s*" + expected + "\\s*")
                    .matcher(answer)
                    .matches();
        }

        private String answer(String typed) throws Exception {
            prompts++;
            tmux.type(typed, "Enter");
            tmux.await("the answer to " + typed, screen -> isAnswered(screen));
            String screen = tmux.screen().stripTrailing();
            String before = screen.substring(0, screen.lastIndexOf(PROMPT));
            return before.substring(before.lastIndexOf(PROMPT) + PROMPT.length());
        }

        private boolean isAnswered(String screen) {
            return screen.stripTrailing().endsWith(PROMPT.strip())
                    && screen.split(Pattern.quote(PROMPT), -1).length - 1 == prompts;
        }
    }
}
