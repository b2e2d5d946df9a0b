package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.itest.Attempts.answers;
import static org.sluice.itest.Attempts.attempt;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.itest.Distribution.Result;

/** What a sandbox sees of procfs and sysfs, and of files that its profile replaces. */
class VirtualFilesIT {

    private static Path profile(Path folder, String procfs) throws Exception {
        return Files.writeString(
                folder.resolve("p.json"),
                "{ \"extends\": \"default\", \"files\": { \"read\": [\"$CWD\"] }, \"handlers\": { \"procfs\": " + procfs
                        + " } }");
    }

    private static Result run(User user, Path folder, List<String> options, String script) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("run", "-q"));
        arguments.addAll(options);
        arguments.addAll(List.of("--", "/bin/sh", "-c", script));
        return Distribution.sluiceIn(user, folder, "", arguments.toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void replacedFilesAreFilesOfTheSandboxsOwn(User user) throws Exception {
        Path folder = user.folder();
        Path content = Files.writeString(folder.resolve("content"), "from a file\n");
        Path profile = profile(
                folder,
                """
                { "replace": {
                    "/proc/cpuinfo": { "text": "one CPU\\n" },
                    "/proc/self/cgroup": { "text": "0::/sandbox\\n" },
                    "/etc/passwd": { "file": "%s" }
                } }
                """
                        .formatted(content));
        String open = "os.open('/proc/cpuinfo', os.O_RDONLY%s)";
        Result result = attempt(
                user,
                folder,
                List.of("--profile", profile.toString()),
                "open('/proc/cpuinfo').read() != 'one CPU\\n'",
                "open('//proc/self/../cpuinfo').read() != 'one CPU\\n'",
                "open('/proc/thread-self/cgroup').read() != '0::/sandbox\\n'",
                "open('/proc/%d/cgroup' % os.getpid()).read() != '0::/sandbox\\n'",
                "open('/etc/../etc/passwd').read() != 'from a file\\n'",
                "os.symlink('/etc', 'link') or open('link/passwd').read() != 'from a file\\n'",
                "open('/proc/self/fd/%d' % os.open('/etc/passwd', os.O_PATH)).read() != 'from a file\\n'",
                "os.fstat(" + open.formatted("") + ").st_size != 8",
                "os.get_blocking(" + open.formatted(" | os.O_NONBLOCK") + ")",
                "os.get_blocking(" + open.formatted("") + ") == False",
                open.formatted(" | os.O_DIRECTORY"),
                open.formatted(" | os.O_CREAT | os.O_EXCL"),
                "os.open('/proc/cpuinfo', os.O_WRONLY)",
                "os.open('/etc/passwd', os.O_RDWR)",
                "os.open('/etc/passwd', os.O_RDONLY | os.O_TRUNC)",
                "os.open('/proc/self/fd/%d' % " + open.formatted("") + ", os.O_WRONLY)",
                "os.truncate(" + open.formatted("") + ", 0)");
        assertEquals(
                List.of(
                        "ok", "ok", "ok", "ok", "ok", "ok", "ok", "ok", "ok", "ok", "ENOTDIR", "EEXIST", "EACCES",
                        "EACCES", "EACCES", "EACCES", "EINVAL"),
                answers(result));
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void deniedFilesAreRefusedBySpelling(User user) throws Exception {
        Path folder = user.folder();
        Path profile = profile(folder, "{ \"deny\": [\"/proc/version\", \"/sys/kernel/mm/\", \"/proc/self/limits\"] }");
        Result result = attempt(
                user,
                folder,
                List.of("--profile", profile.toString()),
                "open('/proc/version') and 0",
                "open('/proc/self/../version') and 0",
                "open('/proc/self/fd/%d' % os.open('/proc/version', os.O_PATH)) and 0",
                "os.open('/sys/kernel/mm', os.O_RDONLY)",
                "open('/sys/kernel/mm/transparent_hugepage/enabled') and 0",
                "open('/proc/thread-self/limits') and 0",
                "open('/proc/loadavg') and 0",
                "open('/proc/self/status') and 0");
        assertEquals(List.of("EACCES", "EACCES", "EACCES", "EACCES", "EACCES", "EACCES", "ok", "ok"), answers(result));
        assertTrue(result.err().contains("denied by procfs"), result.err());
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void processesOutsideAreNotThereIfAskedFor(User user) throws Exception {
        Path folder = user.folder();
        String[] lines = {
            "open('/proc/1/status') and 0",
            "open('/proc/self/../1/cmdline') and 0",
            "os.open('/proc/1', os.O_RDONLY) and 0",
            "open('/proc/%d/status' % os.getpid()) and 0",
            "open('/proc/1/environ') and 0",
            "os.system('exec cat /proc/self/status /proc/$$/status /proc/%d/status >/dev/null' % os.getpid())"
        };
        Path profile = profile(folder, "{ \"hide\": true }");
        assertEquals(
                List.of("ENOENT", "ENOENT", "ENOENT", "ok", "ENOENT", "ok"),
                answers(attempt(user, folder, List.of("--profile", profile.toString()), lines)));
        assertEquals(
                List.of("ok", "ok", "ok", "ok", "EACCES", "ok"),
                answers(attempt(user, folder, List.of("--handler", "procfs"), lines)));
    }

    /** What still shows, and what is hidden at a cost, is as explained. */
    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void whatLooksAtNamesIsAnsweredAsExplained(User user) throws Exception {
        Path folder = user.folder();
        String[] lines = {
            "os.stat('/proc/1') and 0",
            "os.readlink('/proc/self') != str(os.getpid()) and 2",
            "0 if os.access('/proc/1/status', 0) else 2",
            "os.chdir('/proc/1')",
            "'1' in os.listdir('/proc') and 2",
            "str(os.getpid()) not in os.listdir('/proc') and 2",
        };
        Path hiding = profile(folder, "{ \"hide\": true }");
        assertEquals(
                List.of("ok", "ok", "ok", "ok", "ok", "ok"),
                answers(attempt(user, folder, List.of("--profile", hiding.toString()), lines)));
        assertEquals(
                "processes outside are hidden from opening and from lists; stat, access, readlink and chdir of their numbers"
                        + " still find them. Each list of a directory, anywhere, is made by Sluice",
                processes(user, folder, "--profile", hiding.toString()));
        Path strict = profile(folder, "{ \"strict\": true }");
        assertEquals(
                List.of("ENOENT", "ok", "ENOENT", "ENOENT", "ok", "ok"),
                answers(attempt(user, folder, List.of("--profile", strict.toString()), lines)));
        assertEquals(
                "processes outside are hidden from opening, lists, stat, access, readlink and chdir. Each of these calls, on"
                        + " any file, is made by Sluice",
                processes(user, folder, "--profile", strict.toString()));
        assertEquals(
                List.of("ok", "ok", "ok", "ok", "ENOENT", "ok"),
                answers(attempt(user, folder, List.of("--handler", "procfs"), lines)));
        assertEquals(
                "processes outside are listed, and told of as far as everybody is",
                processes(user, folder, "--handler", "procfs"));
    }

    /** The line about processes in what is explained. */
    private static String processes(User user, Path folder, String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of("run", "--explain"));
        words.addAll(List.of(options));
        words.addAll(List.of("--", "true"));
        return Distribution.sluiceIn(user, folder, "", words.toArray(String[]::new))
                .out()
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("processes outside "))
                .findFirst()
                .orElse("");
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void processesThatCannotBeHiddenStopTheStart(User user) throws Exception {
        Path folder = user.folder();
        Path profile = profile(folder, "{ \"hide\": true }");
        Result result = run(user, folder, List.of("--profile", profile.toString(), "--no-virtual-files"), "true");
        assertEquals(125, result.status());
        assertTrue(result.err().contains("procfs 'hide', because files are not virtual"), result.err());
    }

    /** With what the supervisor opens for it a program sees itself, in the profile that everybody begins with. */
    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void selfIsTheTargets(User user) throws Exception {
        Path folder = user.folder();
        Result result = attempt(
                user,
                folder,
                List.of("--env", "MARK=target"),
                "b'MARK=target' not in open('/proc/self/environ', 'rb').read()",
                "b'MARK=target' not in open('/proc/thread-self/environ', 'rb').read()",
                "int(open('/proc/self/stat').read().split()[0]) != os.getpid()",
                "open('/proc/self/comm').read() != open('/proc/%d/comm' % os.getpid()).read()",
                "sorted(os.listdir('/proc/self/fd')) == []",
                "(lambda r, w: os.write(w, b'x') and open('/dev/fd/%d' % r, 'rb', 0).read(1) != b'x')(*os.pipe())",
                "(lambda r, w: os.write(w, b'y') and open('/proc/self/fd/%d' % r, 'rb', 0).read(1) != b'y')(*os.pipe())",
                "os.open('/proc/self/fd/%d' % os.open('.', os.O_RDONLY), os.O_RDONLY) < 0",
                "len(open('/etc/mtab').read()) == 0",
                "open('/proc/nothing')",
                "os.open('/proc/self/maps', os.O_RDONLY | os.O_DIRECTORY)",
                "len(os.listdir('/proc')) < 10",
                "len(os.listdir('/sys')) < 3",
                "open('/proc/self/oom_score_adj', 'w')",
                "os.open('/proc/%d/mem' % os.getppid(), os.O_RDONLY)");
        assertEquals(
                List.of(
                        "ok", "ok", "ok", "ok", "ok", "ok", "ok", "ok", "ok", "ENOENT", "ENOTDIR", "ok", "ok", "EACCES",
                        "EACCES"),
                answers(result));
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void filesAgreeWithNetlinkAndBelongToItsHandler(User user) throws Exception {
        Path folder = user.folder();
        List<String> options = List.of("--interface", "sluice7=10.9.8.7/24,fd00:9::7/64");
        String script =
                """
                cat /proc/net/dev; echo --; cat /proc/net/if_inet6; echo --; cat /proc/self/net/route; echo --
                ls /sys/class/net; echo --; ls /proc/net/dev_snmp6; echo --; grep . /sys/class/net/sluice7/mtu /dev/null
                echo --; cd /sys/class/net; ls; echo --; grep . sluice7/operstate /dev/null; cat /sys/class/net/none/mtu
                """;
        String own = run(user, folder, options, script).out();
        String[] parts = own.split("--\n", -1);
        assertEquals(8, parts.length, own);
        for (String part : parts) {
            assertTrue(part.contains("sluice7"), own);
        }
        assertTrue(own.contains("fd0000090000") && own.contains("mtu:1500"), own);
        List<String> without = new ArrayList<>(options);
        without.add("--no-virtual-files");
        String machines = run(user, folder, without, script).out();
        assertFalse(machines.contains("sluice7"), machines);
        assertTrue(machines.contains("lo:"), machines);
        String explained = Distribution.sluiceIn(user, folder, "", "run", "--explain", "--", "true")
                .out();
        assertTrue(explained.matches("(?s).*\n  netlink \\([^\n]*, openat,.*"), explained);
        assertTrue(explained.contains("/proc/net and /sys show the private network"), explained);
        String bare = Distribution.sluiceIn(user, folder, "", "run", "--no-virtual-files", "--explain", "--", "true")
                .out();
        assertFalse(bare.contains(" openat,"), bare);
        assertTrue(bare.contains("/proc/net and /sys show the machine's"), bare);
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void aReportSaysThatTheMachineShowed(User user) throws Exception {
        Path folder = user.folder();
        String json = Distribution.sluiceIn(user, folder, "", "run", "--report", "json", "--", "true")
                .err();
        assertTrue(json.contains("\"machineShown\" : false"), json);
        json = Distribution.sluiceIn(user, folder, "", "run", "--no-virtual-files", "--report", "json", "--", "true")
                .err();
        assertTrue(json.contains("\"machineShown\" : true"), json);
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void aContentThatIsMissingStopsTheStart(User user) throws Exception {
        Path folder = user.folder();
        Path profile = profile(folder, "{ \"replace\": { \"/proc/cpuinfo\": { \"text\": 3 } } }");
        Result result = run(user, folder, List.of("--profile", profile.toString()), "true");
        assertEquals(125, result.status());
        assertTrue(result.err().contains("replace"), result.err());
    }
}
