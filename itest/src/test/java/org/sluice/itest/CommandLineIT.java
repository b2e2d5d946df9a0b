package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The command line as scripts rely on it: exit statuses, streams, one clear line for bad input. */
class CommandLineIT {

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void givesTheCommandsExitStatus(User user) throws Exception {
        assertEquals(0, status(user, "true"));
        assertEquals(7, status(user, "sh", "-c", "exit 7"));
        assertEquals(128 + 9, status(user, "sh", "-c", "kill -9 $$"));
        assertEquals(128 + 15, status(user, "sh", "-c", "kill -15 $$"));
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void tellsCommandsThatCannotBeRunAsAShellDoes(User user) throws Exception {
        Distribution.Result missing = Distribution.sluice(user, "", "run", "--", "no-such-command-here");
        assertEquals(127, missing.status(), missing::err);
        assertOneLine("no-such-command-here", missing);
        Distribution.Result plain = Distribution.sluice(user, "", "run", "--", "/etc/passwd");
        assertEquals(126, plain.status(), plain::err);
        assertOneLine("/etc/passwd", plain);
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void passesTheStandardStreams(User user) throws Exception {
        Distribution.Result result =
                Distribution.sluice(user, "some input", "run", "--", "sh", "-c", "cat; echo apart >&2");
        assertEquals("some input", result.out());
        assertEquals("apart\n", result.err());
        assertEquals(0, result.status());
    }

    @ParameterizedTest
    @CsvSource({
        "--raed,--read",
        "--alow-connect,--allow-connect",
        "--time-limits,--time-limit",
    })
    void namesTheNearestOption(String given, String nearest) throws Exception {
        Distribution.Result result = Distribution.sluice(User.OWN, "", "run", given, "x", "--", "true");
        assertEquals(125, result.status());
        assertOneLine(given + "; did you mean " + nearest + "?", result);
    }

    @Test
    void refusesWhatThisVersionHasNot() throws Exception {
        Distribution.Result result = Distribution.sluice(User.OWN, "", "run", "--memory", "1G", "--", "true");
        assertEquals(125, result.status());
        assertOneLine("--memory is not available in this version", result);
    }

    @Test
    void refusesAnUnreadableProfile() throws Exception {
        Distribution.Result result =
                Distribution.sluice(User.OWN, "", "run", "--profile", "/no/such/profile.json", "--", "true");
        assertEquals(125, result.status());
        assertOneLine("/no/such/profile.json", result);
    }

    @Test
    void keepsArgumentsByteForByte() throws Exception {
        Distribution.Result result =
                Distribution.sluice(User.OWN, "", "run", "--", "printf", "%s|", "", "a b", "ü", "-v");
        assertEquals("|a b|ü|-v|", result.out());
    }

    @Test
    void endsASandboxAtItsTimeLimit() throws Exception {
        Distribution.Result result =
                Distribution.sluice(User.OWN, "", "run", "--time-limit", "500ms", "--", "sleep", "1000");
        assertEquals(124, result.status(), result::err);
    }

    @Test
    void asksProfilesWithoutRunningAnything() throws Exception {
        Distribution.Result denied = Distribution.sluice(User.OWN, "", "why", "connect", "192.0.2.1!443");
        assertEquals(1, denied.status(), denied::err);
        assertTrue(denied.out().contains("--allow-connect '192.0.2.1!443'"), denied::out);
        Distribution.Result allowed = Distribution.sluice(
                User.OWN, "", "why", "--allow-connect", "192.0.2.0/24!443", "connect", "192.0.2.1!443");
        assertEquals(0, allowed.status(), allowed::err);
    }

    private static int status(User user, String... command) throws Exception {
        String[] arguments = new String[command.length + 2];
        arguments[0] = "run";
        arguments[1] = "--";
        System.arraycopy(command, 0, arguments, 2, command.length);
        Distribution.Result result = Distribution.sluice(user, "", arguments);
        assertEquals("", result.out());
        return result.status();
    }

    private static void assertOneLine(String part, Distribution.Result result) {
        assertTrue(result.err().contains(part), result::err);
        assertEquals(1, result.err().lines().count(), result::err);
        assertEquals("", result.out());
    }
}
