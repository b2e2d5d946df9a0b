package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands of the shell, typed. */
class ShellIT {

    static Stream<User> users() {
        return User.available();
    }

    @ParameterizedTest
    @MethodSource("users")
    void showsAndChangesASandboxWhileItRuns(User user) throws Exception {
        String typed =
                """
                sluice:run --name box sleep 1000
                sluice:ps
                sluice:handlers box
                sluice:allow box connect 192.0.2.0/24!443
                sluice:rules box
                sluice:lock box
                sluice:deny box connect "any!*"
                sluice:info box
                sluice:denials box
                sluice:kill box
                sluice:kill box
                exit 0
                """;
        Distribution.Result result = Distribution.sluice(user, typed, "shell");
        assertEquals(0, result.status(), result::err);
        String out = result.out();
        assertTrue(out.contains("SANDBOX  PID"), out);
        assertTrue(out.contains("active, required; DECIDE; traps bind connect"), out);
        assertTrue(out.contains("administrator  shell  allow net/connect 192.0.2.0/24!443"), out);
        assertTrue(out.contains("the rules are locked; start the sandbox anew to change them"), out);
        assertFalse(out.contains("deny net/connect any"), out);
        assertTrue(out.contains("locked                yes"), out);
        assertTrue(out.contains("box has ended"), out);
        assertTrue(out.contains("there is no sandbox box here; sluice:ps lists them"), out);
    }

    /** Says the errnos of connect(2) at each change. */
    private static final String CONNECTOR =
            """
            import socket
            answers = [None]
            while True:
                with socket.socket() as s:
                    answer = s.connect_ex(('127.0.0.1', 1))
                if answer != answers[-1]:
                    answers.append(answer)
                    print('answers', answers[1:], flush=True)
            """;

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void aRuleThatIsTypedHoldsForATargetThatRuns(User user) throws Exception {
        Programs.require("python3");
        Path folder = user.folder();
        Files.writeString(folder.resolve("connector.py"), CONNECTOR);
        try (Running shell = Running.sluice(user, folder, "shell")) {
            shell.write("sluice:run --name box /usr/bin/python3 -I -S connector.py\n");
            shell.awaitLine("answers [111]");
            shell.write("sluice:deny box connect 127.0.0.1!1\n");
            shell.awaitLine("answers [111, 13]");
            shell.write("sluice:allow box connect 'loopback!*'\n");
            shell.awaitLine("answers [111, 13, 111]");
            shell.write("sluice:kill box\n");
            shell.awaitLine("box has ended");
            shell.write("exit 0\n");
            assertEquals(0, shell.awaitEnd(), shell::output);
        }
    }

    /** What a sandboxed command leaves in its folder would else be read as commands of the operator. */
    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void theWorkingDirectoryHoldsNoCommandsForTheShell(User user) throws Exception {
        Path folder = user.folder();
        Distribution.Result planted = Distribution.sluiceIn(
                user,
                folder,
                "",
                "run",
                "--",
                "sh",
                "-c",
                "mkdir etc && echo 'echo planted' | tee etc/gosh_profile .gosh_profile");
        assertEquals("echo planted\n", planted.out(), planted::err);
        Distribution.Result result = Distribution.sluiceIn(user, folder, "sluice:ps\nexit 0\n", "shell");
        assertEquals(0, result.status(), result::err);
        assertTrue(result.out().contains("SANDBOX  PID"), result::out);
        assertFalse(result.out().contains("planted"), result::out);
    }
}
