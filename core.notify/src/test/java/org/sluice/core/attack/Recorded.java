package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * What a command in a sandbox printed, and what its supervisor put on record; see {@link RecordMain}. The supervisor is a
 * process of its own, of this user or of an ordinary one.
 *
 * @param output the lines of the command
 * @param record the lines of the supervisor, the last one with the exit status
 */
record Recorded(List<String> output, List<String> record) {

    private static final String PYTHON = "/usr/bin/python3";

    private static final String BAR = "| ";

    /** The exit status of surroundings that cannot be made. */
    private static final int NOT_HERE = 77;

    /** {@code go} calls something and says what came of it, in one word if it can. */
    private static final String GO =
            """
            import ctypes, errno, os, socket, struct, sys
            def go(f, *a):
                try: r = f(*a)
                except OSError as e: return errno.errorcode[e.errno]
                return 'ok' if r is None else r
            def reach(address, family=2, kind=1):
                with socket.socket(family, kind) as s: return go(s.connect, address)
            def opened(family=2, kind=1, address=('127.0.0.1', 0)):
                s = socket.socket(family, kind)
                s.bind(address)
                return s
            def port(s): return s.getsockname()[1]
            """;

    /**
     * Runs a command.
     *
     * @param folder an empty folder, not used for anything else
     * @param own whether the supervisor runs as this user; else as an ordinary one, and the test is skipped where this user
     *     cannot become one
     * @param profile what the profile says beside its files
     */
    static Recorded run(Path folder, boolean own, String profile, String... command) throws Exception {
        return run(folder, own, profile, List.of(command), List.of());
    }

    private static Recorded run(Path folder, boolean own, String profile, List<String> command, List<String> around)
            throws Exception {
        Assumptions.assumeTrue(
                own || ChildJvm.isRoot(), "only root can become another user; this run is by an ordinary one");
        Path work = Files.createDirectories(folder.resolve("work"));
        List<String> arguments = new ArrayList<>(List.of(work.toString(), profile));
        arguments.addAll(command);
        String[] all = arguments.toArray(String[]::new);
        ProcessBuilder supervisor = own
                ? ChildJvm.asThisUser(folder, RecordMain.class, all)
                : ChildJvm.asAnother(folder, RecordMain.class, all);
        // Before the JVM; behind what makes it another user's, if anything does.
        supervisor.command().addAll(supervisor.command().indexOf("--") + 1, around);
        Process process = supervisor
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        Assumptions.assumeTrue(status != NOT_HERE || around.isEmpty(), "no such surroundings here");
        assertEquals(0, status, said);
        return new Recorded(
                said.lines().filter(line -> !line.startsWith(BAR)).toList(),
                said.lines()
                        .filter(line -> line.startsWith(BAR))
                        .map(line -> line.substring(BAR.length()))
                        .toList());
    }

    /**
     * Runs a Python program, which has what {@link #GO} defines; it must succeed.
     *
     * @param around a command that runs the supervisor, by the words behind its own; with exit status 77 the test is skipped
     */
    static Recorded python(Path folder, boolean own, String profile, String program, String... around)
            throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of(PYTHON)), "not installed: python3; .ci/run installs it");
        Path work = Files.createDirectories(folder.resolve("work"));
        Path script = Files.writeString(work.resolve("script.py"), GO + program);
        Recorded recorded = run(folder, own, profile, List.of(PYTHON, "-I", "-S", script.toString()), List.of(around));
        assertEquals("status 0", recorded.record.get(recorded.record.size() - 1), recorded::toString);
        return recorded;
    }

    /** The lines of the record that begin so, without that beginning. */
    List<String> recorded(String beginning) {
        return record.stream()
                .filter(line -> line.startsWith(beginning + " "))
                .map(line -> line.substring(beginning.length() + 1))
                .toList();
    }
}
