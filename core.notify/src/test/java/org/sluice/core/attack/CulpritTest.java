package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.core.Sandbox;
import org.sluice.core.StartException;
import org.sluice.core.chain.ChainTimeouts;
import org.sluice.core.chain.Registration;
import org.sluice.linux.Linux;
import org.sluice.policy.Profile;

/** A handler that fails harms its own calls and no others, on the real kernel; without a required one calls fail. */
class CulpritTest {

    /** What restricts sockets would bring the handlers in that enforce it. */
    private static final String UNRESTRICTED =
            "\"network\": { \"connect\": \"allow\", \"bind\": \"allow\", \"send\": \"allow\" },"
                    + " \"unix\": { \"default\": \"allow\" }, \"datagram\": \"any\", ";

    private static final ChainTimeouts SHORT = new ChainTimeouts(
            Duration.ofSeconds(2), Duration.ofMillis(200), Duration.ofMillis(100), Duration.ofSeconds(10));

    @TempDir
    private Path folder;

    private Arena arena;
    private String program;
    private Registration good;
    private final Culprits.Good handler = new Culprits.Good();

    @BeforeEach
    void open() throws Exception {
        program = Programs.compile(folder, "calls").toString();
        arena = new Arena(folder, SHORT, List.of());
        good = arena.add(handler);
    }

    @AfterEach
    void close() {
        if (arena != null) {
            arena.close();
        }
    }

    private static Profile profile(String... handlers) {
        StringBuilder text = new StringBuilder(UNRESTRICTED + "\"handlers\": { \"org.test.good\": {}");
        for (String each : handlers) {
            text.append(", \"org.test.").append(each).append("\": {}");
        }
        return Arena.profile(text.append(" }").toString());
    }

    @Test
    void eachFailsItsOwnCallsAlone() throws Exception {
        arena.add(new Culprits.Throws());
        arena.add(new Culprits.Nothing());
        arena.add(new Culprits.Nonsense());
        arena.add(new Culprits.Usurps());
        Arena.Result result = arena.run(
                profile("throws", "null", "nonsense", "usurps"),
                program,
                "getppid",
                "getpgid",
                "getppid",
                "getuid",
                "getppid",
                "getgid",
                "getppid",
                "getegid",
                "getppid");
        assertEquals(
                "getppid 42\ngetpgid -1\ngetppid 42\ngetuid -1\ngetppid 42\ngetgid -1\ngetppid 42\ngetegid -1\ngetppid 42\n",
                result.output());
    }

    @Test
    void oneThatFailsOftenIsQuarantinedAlone() throws Exception {
        arena.add(new Culprits.Throws());
        String[] command = new String[22];
        command[0] = program;
        for (int i = 1; i < command.length; i += 3) {
            command[i] = "getpgid";
            command[i + 1] = "getppid";
            command[i + 2] = "getpgid";
        }
        Arena.Result result = arena.run(profile("throws"), command);
        assertEquals("getpgid -1\ngetppid 42\ngetpgid -1\n".repeat(7), result.output());
    }

    @Test
    void oneThatSleepsForEverStallsNobodyElse() throws Exception {
        Culprits.Sleeps sleeper = new Culprits.Sleeps(handler);
        arena.add(sleeper);
        Arena.Result result = arena.run(profile("sleeps"), program, "-t", "getsid", "getsid", "getppid", "getppid");
        assertEquals(
                List.of("getppid 42", "getppid 42", "getsid -1", "getsid -1"),
                result.output().lines().sorted().toList());
        assertTrue(sleeper.interrupted.await(30, TimeUnit.SECONDS));
        assertTrue(sleeper.othersWorked, "the good handler was called only after the sleeper's time was up");
    }

    @Test
    void withoutARequiredHandlerCallsFail() throws Exception {
        assertEquals("getppid -1\n", afterItLeft("\"required\": [\"org.test.good\"], "));
    }

    @Test
    void anOptionalHandlerIsMissedByNobody() throws Exception {
        String line = afterItLeft("").strip();
        assertTrue(line.matches("getppid [1-9][0-9]*") && !line.equals("getppid 42"), line);
    }

    @Test
    void withoutARequiredHandlerNothingStarts() {
        good.close();
        StartException refused = assertThrows(
                StartException.class,
                () -> arena.run(
                        Arena.profile("\"required\": [\"org.test.good\"], \"handlers\": { \"org.test.good\": {} }"),
                        program,
                        "getppid"));
        assertTrue(refused.getMessage().contains("org.test.good"), refused.getMessage());
    }

    /** What getppid(2) comes to when the handler has been taken out under a running target. */
    private String afterItLeft(String required) throws Exception {
        Profile profile = Arena.profile(UNRESTRICTED + required + "\"handlers\": { \"org.test.good\": {} }");
        Path output = folder.resolve("output");
        Path gone = folder.resolve("gone");
        String script =
                program + " getppid > before; until [ -e gone ]; do sleep 0.02; done; exec " + program + " getppid";
        int fd = Arena.open(output);
        try (Sandbox sandbox = arena.start(profile, fd, "/bin/sh", "-c", script)) {
            Path before = folder.resolve("before");
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!Files.exists(before) || Files.size(before) == 0) {
                assertTrue(System.nanoTime() < deadline, "the target did not begin");
                TimeUnit.MILLISECONDS.sleep(5);
            }
            assertEquals("getppid 42\n", Files.readString(before));
            good.close();
            Files.createFile(gone);
            assertEquals(0, sandbox.end().get(30, TimeUnit.SECONDS).shellCode());
            return Files.readString(output);
        } finally {
            Linux.close(fd);
        }
    }
}
