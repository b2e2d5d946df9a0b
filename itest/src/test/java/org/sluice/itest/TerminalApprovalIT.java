package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Approvals at a real terminal. What tells of an event is split, so that no echo looks like it. */
class TerminalApprovalIT {

    private static final String QUESTION = "[o]nce, [s]ession, [a]lways, [n]o or never:";

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
        Path file = ApprovalIT.secret(user, "secret");
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
        Path file = ApprovalIT.secret(user, "secret");
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
        Path file = ApprovalIT.secret(user, "secret");
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
        Path file = ApprovalIT.secret(user, "secret");
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
        Path file = ApprovalIT.secret(user, "secret");
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
        Path file = ApprovalIT.secret(user, "secret");
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
        Path file = ApprovalIT.secret(user, "a\u001b[2J\u001b[Hb\nsluice: allowed");
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
}
