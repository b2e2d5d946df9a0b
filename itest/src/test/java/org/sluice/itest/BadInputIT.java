package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input gets one line that names the thing, the place and the remedy, status 125, and nothing is run. */
class BadInputIT {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--reserve; bnid; no system call is named bnid; the nearest is bind",
                "--allow-connect; 192.0.2.1!http; position 11",
                "--allow-connect; example.com!80; the kernel sees addresses",
                "--deny-bind; 192.0.2.0/33!80; a prefix length from 0 to 32",
                "--cwd; /no/such/folder; name one that exists",
                "--time-limit; soon; --time-limit soon",
                "--publish; 70000; 70000 is no port",
                "--limit; nofiles=3; nofiles",
                "--datagram; some; deny, any, rules",
                "--report; xml; text, json or none",
                "--read; /no/such/file; create it or leave the grant out",
                "--name; a/b; --name a/b",
                "--profile; nosuch; ready profiles are default, server, build, open",
                "--handler; com.example.none; 'handler com.example.none did not become active in 10 s; no bundle offers it'",
            })
    void namesTheOptionAndTheRemedy(String option, String value, String expected) throws Exception {
        assertRefused(expected, Distribution.sluice(User.OWN, "", "run", option, value, "--", "touch", "it-ran"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'{ \"extends\": \"default\",\n  \"netwrok\": {} }'; 'profile.json:2'; network",
                "'{\n\n  oops }'; 'profile.json:3'; JSON",
                "''; 'profile.json:1'; empty",
                "'{ \"extends\": \"nosuch\" }'; 'profile.json:1'; nosuch",
            })
    void namesTheLineOfAProfile(String text, String place, String expected) throws Exception {
        Path folder = User.OWN.folder();
        Files.writeString(folder.resolve("profile.json"), text);
        Distribution.Result result = Distribution.sluiceIn(
                User.OWN, folder, "", "run", "--profile", "profile.json", "--", "touch", "it-ran");
        assertRefused(place, result);
        assertRefused(expected, result);
        assertTrue(Files.notExists(folder.resolve("it-ran")));
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#ordinary")
    void namesAProfileThatMayNotBeRead(User user) throws Exception {
        Path folder = user.folder();
        Path profile = Files.writeString(folder.resolve("profile.json"), "{}");
        Files.setPosixFilePermissions(profile, java.util.Set.of());
        assertRefused(
                "may not be read",
                Distribution.sluiceIn(user, folder, "", "run", "--profile", "profile.json", "--", "true"));
    }

    @Test
    void refusesANameThatIsTaken() throws Exception {
        String name = "taken-" + ProcessHandle.current().pid();
        try (Running first = Running.sluice(
                User.OWN, User.OWN.folder(), "run", "--name", name, "--", "sh", "-c", "echo up; exec sleep 1000")) {
            first.awaitLine("up");
            assertRefused(
                    "sluice stop " + name, Distribution.sluice(User.OWN, "", "run", "--name", name, "--", "true"));
            assertTrue(first.isAlive());
        }
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void aSandboxInASandboxIsRefused(User user) throws Exception {
        String sluice = Distribution.home().resolve("bin/sluice").toString();
        // The outer one would report the calls by which the inner one finds out.
        List<String> outer = List.of("run", "--profile", "open", "--report", "none", "--");
        List<String> arguments = new ArrayList<>(outer);
        arguments.addAll(List.of(sluice, "run", "--", "true"));
        assertRefused(
                "Sluice cannot run inside Sluice", Distribution.sluice(user, "", arguments.toArray(String[]::new)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "landlock_create_ruleset; Landlock",
                "seccomp; user notification",
            })
    void refusesAHostThatLacksAFeature(String call, String feature) throws Exception {
        Programs.require("python3");
        // A seccomp filter that answers ENOSYS, as an old kernel does, in a process that then becomes Sluice.
        Path folder = User.OWN.folder();
        Files.writeString(folder.resolve("without.py"), WITHOUT);
        List<String> command = List.of(
                "python3",
                "without.py",
                call,
                Distribution.home().resolve("bin/sluice").toString(),
                "run",
                "--",
                "touch",
                "it-ran");
        assertRefused(feature, Distribution.bare(User.OWN, folder, "", command));
        assertTrue(Files.notExists(folder.resolve("it-ran")));
    }

    /** Installs the filter by prctl(2), which is left alone, and executes the rest of its arguments. */
    private static final String WITHOUT =
            """
            import ctypes, os, platform, struct, sys
            libc = ctypes.CDLL(None, use_errno=True)
            # The same number on both architectures for one, not for the other.
            numbers = {"landlock_create_ruleset": 444, "seccomp": 277 if platform.machine() == "aarch64" else 317}
            def step(code, jt, jf, k): return struct.pack("HBBI", code, jt, jf, k)
            program = step(0x20, 0, 0, 0) + step(0x15, 0, 1, numbers[sys.argv[1]]) \\
                + step(0x06, 0, 0, 0x00050000 | 38) + step(0x06, 0, 0, 0x7fff0000)
            code = ctypes.create_string_buffer(program, len(program))
            prog = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
            assert libc.prctl(38, 1, 0, 0, 0) == 0
            assert libc.prctl(22, 2, ctypes.create_string_buffer(prog, len(prog)), 0, 0) == 0
            os.execvp(sys.argv[2], sys.argv[2:])
            """;

    private static void assertRefused(String expected, Distribution.Result result) {
        assertEquals(125, result.status(), result::err);
        assertTrue(result.err().contains(expected), result::err);
        assertEquals(1, result.err().lines().count(), result::err);
        assertEquals("", result.out());
    }
}
