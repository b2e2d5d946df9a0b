package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.itest.witness.WitnessActivator;

/** Handlers, settings, profiles and logging are changed from the shell while a sandbox runs. */
class LiveChangeIT {

    private static final String WITNESS = "org.sluice.itest.witness";

    private static String name(String what, User user) {
        return what + "-" + user.name() + "-" + ProcessHandle.current().pid();
    }

    private static Distribution.Result shell(User user, String name, String... lines) throws Exception {
        return Distribution.sluice(user, String.join("\n", lines) + "\n", "attach", name);
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void swapKeepsTheOldHandlerUnlessTheNewOneIsFit(User user) throws Exception {
        Programs.require("gcc");
        Path home = Distribution.copyFor(user);
        Path folder = user.folder();
        Binder.compile(user, folder);
        Path jars = user.folder();
        Path record = jars.resolve("record");
        WitnessJar.write(home.resolve("deploy/witness.jar"), "2.0.0", record);
        WitnessJar.write(jars.resolve("start.jar"), "3.0.0", record, Map.of(WitnessActivator.FLAWS, "start"));
        WitnessJar.write(
                jars.resolve("migrate.jar"),
                "4.0.0",
                record,
                Map.of(WitnessActivator.FLAWS, "migrate", WitnessActivator.SCHEMA, "2"));
        WitnessJar.write(jars.resolve("smoke.jar"), "5.0.0", record, Map.of(WitnessActivator.FLAWS, "smoke"));
        WitnessJar.write(jars.resolve("older.jar"), "1.0.0", record);
        WitnessJar.write(jars.resolve("schema.jar"), "2.0.0", record, Map.of(WitnessActivator.SCHEMA, "2"));
        String name = name("swap", user);
        try (Running running = Running.sluice(
                home,
                user,
                folder,
                "run",
                "--profile",
                "open",
                "--handler",
                WITNESS,
                "--name",
                name,
                "--",
                "./binder")) {
            running.awaitLine("started");
            String swap = "swap " + WITNESS + " " + jars + "/";
            Distribution.Result refused = shell(
                    user,
                    name,
                    swap + "start.jar",
                    swap + "migrate.jar",
                    swap + "smoke.jar",
                    swap + "none.jar",
                    "swap " + WITNESS + " 99999",
                    "swap no-such " + jars + "/older.jar",
                    "handlers --json " + name);
            List<String> complaints = refused.err().lines().toList();
            assertEquals(6, complaints.size(), refused::err);
            assertTrue(
                    complaints
                            .get(0)
                            .matches("sluice: " + WITNESS + " 3.0.0 \\(bundle \\d+\\) does not replace handler "
                                    + WITNESS + ": .*Activator start error.*; " + WITNESS
                                    + " 2.0.0 \\(bundle \\d+\\) stays active"),
                    refused::err);
            assertTrue(complaints.get(1).contains(": in " + name + ": schema 1 is strange; "), refused::err);
            assertTrue(complaints.get(2).contains(": in " + name + ": there is smoke; "), refused::err);
            assertTrue(complaints.get(3).endsWith("/none.jar; name one, a URL or a bundle's number"), refused::err);
            assertTrue(complaints.get(4).contains("there is no bundle 99999"), refused::err);
            assertTrue(complaints.get(5).contains("no bundle offers handler no-such now"), refused::err);
            // Nothing of the refused ones is left.
            assertEquals(2, refused.out().split("\"" + WITNESS + "\"", -1).length, refused::out);

            Distribution.Result done = shell(user, name, swap + "older.jar", swap + "schema.jar", swap + "schema.jar");
            List<String> answers = done.out().lines().toList();
            assertTrue(
                    answers.get(0)
                            .matches(WITNESS + ": " + WITNESS + " 1.0.0 \\(bundle \\d+\\) took over from " + WITNESS
                                    + " 2.0.0 \\(bundle \\d+\\), which is stopped; swap " + WITNESS
                                    + " \\d+ takes it back"),
                    () -> done.out() + done.err());
            assertEquals(3, answers.size(), done::err);
            String back = answers.get(0).replaceAll(".*swap \\S+ (\\d+) takes.*", "$1");
            Distribution.Result again = shell(user, name, "swap " + WITNESS + " " + back, "handlers --json " + name);
            assertTrue(again.out().contains(" 2.0.0 (bundle " + back + ") took over from "), again::err);
            assertTrue(again.out().contains("\"bundle\":\"" + WITNESS + " 2.0.0\""), again::out);
            long total = Binder.finish(running, folder);
            List<String> stopped = Files.readAllLines(record).stream()
                    .filter(line -> !line.endsWith("active"))
                    .toList();
            long seen = stopped.stream()
                    .mapToLong(line -> Long.parseLong(line.split(" ", -1)[1]))
                    .sum();
            assertTrue(seen > 0 && seen <= total, seen + " of " + total + ": " + stopped);
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#ordinary")
    void settingsAndLoggingChangeWithoutARestart(User user) throws Exception {
        Path home = Distribution.copyFor(user);
        Path conf = home.resolve("conf/org.sluice.supervisor.config");
        Files.writeString(conf, "swap-grace=\"750ms\"\n");
        String name = name("config", user);
        try (Running running = Running.sluice(
                home,
                user,
                user.folder(),
                "run",
                "--profile",
                "open",
                "--name",
                name,
                "--",
                "sh",
                "-c",
                "echo up; exec sleep 1000")) {
            running.awaitLine("up");
            Running.await("the file is in force", () -> value(user, name, "swap-grace")
                    .equals("750ms"));
            Distribution.Result done = shell(
                    user,
                    name,
                    "config supervisor drain=2s swap-grace=",
                    "config supervisor drain=soon",
                    "config supervisor dran=2s",
                    "config approvals burst=0",
                    "config --json");
            assertTrue(done.out().startsWith("supervisor: drain=2s swap-grace=\n"), done::err);
            assertTrue(done.out().contains("\"key\":\"drain\",\"value\":\"2s\",\"standard\":\"1s\""), done::out);
            assertTrue(done.out().contains("\"key\":\"swap-grace\",\"value\":\"500ms\""), done::out);
            List<String> complaints = done.err().lines().toList();
            assertTrue(complaints.get(0).startsWith("sluice: org.sluice.supervisor: drain: 'soon'"), done::err);
            assertTrue(complaints.get(1).contains("there is no key 'dran'; there are "), done::err);
            assertTrue(complaints.get(2).startsWith("sluice: org.sluice.approvals: "), done::err);
            Files.writeString(conf, "swap-grace=\"750ms\"\nnonsense=\"1\"\n");
            running.awaitLine("there is no key 'nonsense'");
            assertEquals("500ms", value(user, name, "swap-grace"));

            Distribution.Result log = shell(user, name, "log org.sluice.core.chain info", "log org.sluice loud", "log");
            assertEquals("org.sluice.core.chain: info\nLEVEL  LOGGERS\ninfo   org.sluice.core.chain\n", log.out());
            assertEquals("sluice: 'loud' is no level; write trace, debug, info, warn, error or off\n", log.err());
            shell(user, name, "release " + name + " bind");
            running.awaitLine("handler bind is out of quarantine in " + name);
        }
    }

    private static String value(User user, String name, String key) {
        try {
            String json = shell(user, name, "config --json").out();
            return json.replaceAll("(?s).*\"key\":\"" + key + "\",\"value\":\"([^\"]*)\".*", "$1");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#ordinary")
    void profileIsReadAgainUntilTheSandboxIsLocked(User user) throws Exception {
        Programs.require("python3");
        Path folder = user.folder();
        Path profile = user.folder().resolve("p.json");
        Files.writeString(profile, "{\"extends\": \"default\"}");
        Files.writeString(
                folder.resolve("caller.py"),
                """
                import errno, socket, sys
                print('up', flush=True)
                for line in sys.stdin:
                    with socket.socket() as s:
                        print(errno.errorcode[s.connect_ex(('127.0.0.2', 1))], flush=True)
                """);
        String name = name("profile", user);
        try (Running running = Running.sluice(
                user,
                folder,
                "run",
                "-q",
                "--report",
                "none",
                "--profile",
                profile.toString(),
                "--name",
                name,
                "--",
                "python3",
                "caller.py")) {
            running.awaitLine("up");
            running.write("\n");
            running.awaitLine("ECONNREFUSED");
            Files.writeString(
                    profile,
                    "{\"extends\": \"default\", \"network\": {\"rules\": [\"deny connect 127.0.0.2!1\"]},"
                            + " \"files\": {\"read\": [\"/srv\"]}, \"reserve\": [\"uname\"]}");
            Distribution.Result done = shell(user, name, "profile reload " + name, "rules " + name);
            assertTrue(done.out().contains("unchanged"), () -> done.out() + done.err());
            assertTrue(done.out().contains("files (Landlock)"), done::out);
            assertTrue(done.out().contains("reserve (the filter)"), done::out);
            assertTrue(done.out().contains("deny net/connect 127.0.0.2!1"), done::out);
            running.write("\n");
            running.awaitLine("EACCES");
            Files.writeString(profile, "{ nonsense");
            Distribution.Result wrong = shell(user, name, "profile reload " + name);
            assertTrue(wrong.err().contains(profile + ":1"), wrong::err);
            Files.writeString(profile, "{\"extends\": \"default\"}");
            Distribution.Result locked = shell(user, name, "lock " + name, "profile reload " + name, "rules " + name);
            assertEquals("sluice: sandbox " + name + " is locked, so its profile stays; start it anew\n", locked.err());
            assertTrue(locked.out().contains("deny net/connect 127.0.0.2!1"), locked::out);
        }
    }
}
