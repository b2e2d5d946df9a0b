package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
                sluice:allow box connect "192.0.2.0/24!443"
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
        assertTrue(out.contains("connect  DECIDE"), out);
        assertTrue(out.contains("administrator  shell  allow net/connect 192.0.2.0/24!443"), out);
        assertTrue(out.contains("the rules are locked; start the sandbox anew to change them"), out);
        assertFalse(out.contains("deny net/connect any"), out);
        assertTrue(out.contains("locked                yes"), out);
        assertTrue(out.contains("box has ended"), out);
        assertTrue(out.contains("there is no sandbox box here; sluice:ps lists them"), out);
    }
}
