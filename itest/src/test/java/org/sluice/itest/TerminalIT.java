package org.sluice.itest;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sluice on a terminal, under a shell with job control. What tells of an event is split, so that no echo looks like it. */
class TerminalIT {

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void interruptReachesTheCommandAndTheSupervisorSurvives(User user) throws Exception {
        Programs.require("tmux");
        try (Tmux tmux = Tmux.start(user)) {
            run(tmux, "trap \"echo g'o't INT; exit 6\" INT; echo u'p'; while :; do sleep 0.05; done");
            tmux.await("\nup");
            tmux.type("C-c");
            tmux.await("got INT");
            awaitStatus(tmux, 6);
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void quitEndsTheCommandAsNatively(User user) throws Exception {
        Programs.require("tmux");
        try (Tmux tmux = Tmux.start(user)) {
            run(tmux, "ulimit -c 0; echo u'p'; exec sleep 1000");
            tmux.await("\nup");
            tmux.type("C-\\");
            awaitStatus(tmux, 131);
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void stopsAndContinuesAsAJob(User user) throws Exception {
        Programs.require("tmux");
        try (Tmux tmux = Tmux.start(user)) {
            run(tmux, "echo u'p'; read line; echo \"re'a'd $line\"; exit 8");
            tmux.await("\nup");
            tmux.type("C-z");
            tmux.await("Stopped");
            tmux.type("jobs; fg", "Enter");
            // What is typed before the shell has given the terminal back to line mode never ends a line.
            tmux.awaitEnd("exit 8'");
            tmux.type("some words", "Enter");
            tmux.await("some words");
            awaitStatus(tmux, 8);
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void theWindowsSizeReachesTheCommand(User user) throws Exception {
        Programs.require("tmux", "stty");
        try (Tmux tmux = Tmux.start(user)) {
            run(tmux, "trap \"stty size\" WINCH; stty size; echo u'p'; while :; do sleep 0.05; done");
            tmux.await("24 80");
            tmux.await("\nup");
            tmux.resize(100, 30);
            tmux.await("30 100");
            tmux.type("C-c");
            awaitStatus(tmux, 130);
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void aShellWithJobControlRunsInside(User user) throws Exception {
        Programs.require("tmux", "bash");
        try (Tmux tmux = Tmux.start(user)) {
            tmux.type(sluice() + " run --profile open -- bash --norc --noprofile", "Enter");
            tmux.type("PS1='i'nside'> '", "Enter");
            tmux.await("\ninside>");
            tmux.type("(echo slee'p'ing; exec sleep 1000)", "Enter");
            tmux.await("\nsleeping");
            tmux.type("C-z");
            tmux.await("Stopped");
            tmux.type("exit 3", "Enter");
            tmux.await("There are stopped jobs");
            // The second time it leaves, and the sandbox ends the job.
            tmux.type("exit 3", "Enter");
            awaitStatus(tmux, 3);
            // The terminal is the command's once one has written: what is typed before that is the shell's to edit.
            tmux.type("echo re'ad'ing; cat", "Enter");
            tmux.await("\nreading");
            tmux.type("still in the foreground", "Enter", "C-d");
            tmux.await("\nstill in the foreground\nstill in the foreground\n");
        }
    }

    private static String sluice() throws Exception {
        return Distribution.home().resolve("bin/sluice").toString();
    }

    private static void run(Tmux tmux, String script) throws Exception {
        tmux.type(sluice() + " run --profile open -- bash -c '" + script.replace("'", "'\\''") + "'", "Enter");
    }

    /** Waits for the shell to come back and asks it; what is typed before may be thrown away with an interrupt. */
    private static void awaitStatus(Tmux tmux, int status) throws Exception {
        tmux.awaitEnd("ready> ");
        tmux.type("echo \"stat'us' $?\" | tr -d \"'\"", "Enter");
        tmux.await("\nstatus " + status);
    }
}
