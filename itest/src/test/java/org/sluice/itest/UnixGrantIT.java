package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A database whose sandbox grants one folder for Unix sockets, and nothing else. */
class UnixGrantIT {

    private static final Service DATABASE = Service.named("postgresql");

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#ordinary")
    void initialisesAndStartsInItsOwnFolder(User user) throws Exception {
        DATABASE.require();
        Path folder = DATABASE.prepared(user);
        try (Running running = granting(user, folder, folder)) {
            Service.goOn(running);
            String result = Service.result(running, folder);
            // The third asks over the Unix socket, where there are no addresses.
            assertTrue(result.contains("first|127.0.0.1|5432|127.0.0.1\n"), result);
            assertTrue(result.contains("first|||\n"), result);
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#ordinary")
    void cannotBindOutsideTheGrant(User user) throws Exception {
        DATABASE.require();
        Path folder = DATABASE.prepared(user);
        try (Running running = granting(user, folder, folder.resolveSibling("elsewhere"))) {
            assertNotEquals(0, running.awaitEnd(), running::output);
            String socket = folder + "/.s.PGSQL.5432";
            assertTrue(
                    running.output().contains("could not bind Unix address \"" + socket + "\": Permission denied"),
                    running::output);
            assertTrue(running.output().contains("--unix-bind " + socket), running::output);
        }
    }

    private static Running granting(User user, Path folder, Path granted) throws Exception {
        Path profile = folder.resolve("profile.json");
        Files.writeString(
                profile,
                """
                { "extends": "default", "unix": { "default": "deny", "bind": ["%s/"] } }
                """
                        .formatted(granted));
        return DATABASE.inSandbox(user, folder, "first", DATABASE.port(), "--profile", profile.toString());
    }
}
