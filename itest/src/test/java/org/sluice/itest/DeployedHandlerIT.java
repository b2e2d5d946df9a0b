package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A handler bundle is added to, updated in and taken out of the folder {@code deploy/} while two processes call bind as
 * fast as they can. Each version of the handler counts what it sees.
 */
class DeployedHandlerIT {

    /** Each has two: an update, and a removal that the next update follows. */
    private static final int ROUNDS = 6;

    /** Through the framework's interface. */
    private static final int SWAPS = 184;

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void noAnswerIsLostDoubledOrWrongWhileHandlersAreSwapped(User user) throws Exception {
        Programs.require("gcc");
        Path home = Distribution.copyFor(user);
        Path folder = user.folder();
        Binder.compile(user, folder);
        Path record = user.folder().resolve("record");
        Path jar = home.resolve("deploy/witness.jar");
        int version = 1;
        WitnessJar.write(jar, version + ".0.0", record);
        try (Running running = Running.sluice(
                home,
                user,
                folder,
                "run",
                "--profile",
                "open",
                "--handler",
                "org.sluice.itest.witness",
                "--",
                "./binder")) {
            running.awaitLine("started");
            for (int round = 0; round < ROUNDS; round++) {
                version++;
                WitnessJar.write(jar, version + ".0.0", record);
                await(running, record, version + ".0.0 active");
                Files.delete(jar);
                String gone = version + ".0.0 ";
                Running.await(gone + "stopped", () -> lines(record).stream()
                        .anyMatch(line -> line.matches(gone + "\\d+ \\d+")));
                version++;
                WitnessJar.write(jar, version + ".0.0", record);
                await(running, record, version + ".0.0 active");
            }
            Files.delete(jar);
            String last = version + ".0.0 ";
            Running.await(
                    last + "stopped", () -> lines(record).stream().anyMatch(line -> line.matches(last + "\\d+ \\d+")));
            long total = Binder.finish(running, folder);
            check(version, lines(record), total);
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void noAnswerIsLostDoubledOrWrongWhileTheFrameworkSwapsHandlers(User user) throws Exception {
        Programs.require("gcc");
        Path home = Distribution.copyFor(user);
        Path folder = user.folder();
        Binder.compile(user, folder);
        Path jars = user.folder();
        Path record = jars.resolve("record");
        WitnessJar.write(jars.resolve("0.jar"), "1.0.0", record);
        WitnessJar.write(jars.resolve("1.jar"), "2.0.0", record);
        WitnessJar.writeSwapper(home.resolve("deploy/swapper.jar"), jars, SWAPS);
        try (Running running = Running.sluice(
                home,
                user,
                folder,
                "run",
                "--profile",
                "open",
                "--handler",
                "org.sluice.itest.witness",
                "--",
                "./binder")) {
            running.awaitLine("started");
            Files.createFile(jars.resolve("go"));
            Running.await("the swaps are done", () -> Files.exists(jars.resolve("done")));
            assertEquals("done", Files.readString(jars.resolve("done")));
            check(SWAPS + 1, lines(record), Binder.finish(running, folder));
        }
    }

    private static void check(int versions, List<String> record, long total) {
        long seen = 0;
        long everSeen = 0;
        List<String> stopped = new ArrayList<>(record);
        stopped.removeIf(line -> line.endsWith("active"));
        assertEquals(versions, stopped.size(), record::toString);
        for (String line : stopped) {
            String[] words = line.split(" ", -1);
            seen += Long.parseLong(words[1]);
            everSeen = Math.max(everSeen, Long.parseLong(words[2]));
        }
        assertTrue(seen > 0 && seen <= total, seen + " seen of " + total + ": " + record);
        // The state belongs to the sandbox: what the first version counted, the last one found.
        assertEquals(seen, everSeen, record::toString);
    }

    private static void await(Running running, Path record, String line) throws Exception {
        Running.await("the record says " + line + "; " + running.output(), () -> lines(record)
                .contains(line));
    }

    private static List<String> lines(Path record) {
        try {
            return Files.exists(record) ? Files.readAllLines(record) : List.of();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
