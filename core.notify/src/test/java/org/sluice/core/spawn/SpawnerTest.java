package org.sluice.core.spawn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sluice.core.ExitStatus;
import org.sluice.core.StartException;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.notify.Bytes;

class SpawnerTest {

    private Spawner spawner;
    private Reaper reaper;
    private int guardRuleset;
    private final Block filter = allowAll();
    private boolean early;

    @BeforeEach
    void open() {
        spawner = new Spawner();
        reaper = new Reaper();
        Block attributes = Block.allocate(24).putLong(16, 2);
        guardRuleset = (int) SysException.check(
                "landlock_create_ruleset", Linux.call(Nr.LANDLOCK_CREATE_RULESET, attributes.address(), 24, 0));
    }

    @AfterEach
    void close() {
        Linux.close(guardRuleset);
        reaper.close();
        spawner.close();
    }

    @Test
    void passesTheExitCodeOn() throws Exception {
        assertEquals(new ExitStatus(0, 0, false), run("/bin/true"));
        assertEquals(new ExitStatus(7, 0, false), run("/bin/sh", "-c", "exit 7"));
        assertEquals(137, run("/bin/sh", "-c", "kill -9 $$").shellCode());
    }

    @Test
    void handsTheListenerOverBeforeTheExecveIfAsked() throws Exception {
        early = true;
        assertEquals(new ExitStatus(7, 0, false), run("/bin/sh", "-c", "exit 7"));
        assertThrows(StartException.class, () -> run("/no/such/file"));
    }

    @Test
    void passesTheStandardStreamsAndNothingElse() throws Exception {
        assertEquals("0\n1\n2\n3\n", output("/bin/ls", "/proc/self/fd"));
    }

    @Test
    void theSupervisorsDescriptorsAreUnchanged() throws Exception {
        output("/bin/true");
        Set<String> before = descriptors();
        for (int i = 0; i < 50; i++) {
            output("/bin/true");
            assertThrows(StartException.class, () -> run("/no/such/file"));
        }
        assertEquals(before, descriptors());
    }

    @Test
    void signalsAreAsAfterALogin() throws Exception {
        String status = output("/bin/cat", "/proc/self/status");
        assertTrue(status.contains("SigBlk:\t0000000000000000"), status);
        String own = Files.readString(Path.of("/proc/self/status"));
        assertEquals(line("SigIgn", own), line("SigIgn", status));
        assertTrue(status.contains("NoNewPrivs:\t1"), status);
        assertTrue(status.contains("Seccomp:\t2"), status);
    }

    @Test
    void aMissingCommandIsNotFound() {
        StartException e = assertThrows(StartException.class, () -> run("/no/such/file"));
        assertEquals(StartException.Kind.NOT_FOUND, e.kind());
        assertEquals("/no/such/file: command not found", e.getMessage());
    }

    @Test
    void aFolderIsNotExecutable() {
        StartException e = assertThrows(StartException.class, () -> run("/etc"));
        assertEquals(StartException.Kind.NOT_EXECUTABLE, e.kind());
    }

    @Test
    void descendantsEndWithTheTarget() throws Exception {
        String pid = output("/bin/sh", "-c", "setsid sh -c 'sleep 1000 >/dev/null & echo $!' ; true")
                .strip();
        assertTrue(!Files.exists(Path.of("/proc", pid)), "process " + pid + " has survived");
    }

    private static String line(String key, String status) {
        int start = status.indexOf(key);
        return status.substring(start, status.indexOf('\n', start));
    }

    private ExitStatus run(String... command) throws Exception {
        return run(List.of(0, 1, 2), command);
    }

    private ExitStatus run(List<Integer> stdio, String... command) throws Exception {
        AtomicInteger listener = new AtomicInteger(-1);
        try {
            GuardedProcess process = spawner.start(plan(stdio, command), listener::set);
            reaper.watch(process, () -> {});
            return process.exit().get(20, TimeUnit.SECONDS);
        } finally {
            Linux.close(listener.get());
        }
    }

    private String output(String... command) throws Exception {
        Path file = Files.createTempFile("sluice", ".out");
        Block path = Block.cString(file.toString().getBytes(StandardCharsets.UTF_8));
        int fd = (int) SysException.check("open", Linux.call(Nr.OPENAT, -100, path.address(), 1));
        try {
            assertEquals(0, run(List.of(0, fd, 2), command).shellCode());
            return Files.readString(file);
        } finally {
            Linux.close(fd);
            Files.delete(file);
        }
    }

    private LaunchPlan plan(List<Integer> stdio, String... command) {
        List<Bytes> arguments = new ArrayList<>();
        for (String each : command) {
            arguments.add(Bytes.utf8(each));
        }
        return new LaunchPlan(
                List.of(arguments.get(0)),
                arguments,
                List.of(Bytes.utf8("PATH=/usr/bin:/bin")),
                Bytes.of(),
                stdio,
                List.of(),
                List.of(),
                0,
                0,
                0,
                -1,
                -1,
                guardRuleset,
                filter.address(),
                8,
                early);
    }

    /** A struct sock_fprog with the one instruction RET ALLOW. */
    private static Block allowAll() {
        Block program = Block.allocate(32);
        program.putShort(16, 0x06).putInt(20, 0x7fff0000);
        program.putShort(0, 1).putLong(8, program.address() + 16);
        return program;
    }

    private static Set<String> descriptors() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.map(fd -> {
                        try {
                            return fd.getFileName() + " " + Files.readSymbolicLink(fd);
                        } catch (IOException e) {
                            return "";
                        }
                    })
                    .filter(text -> !text.contains("/proc/") && !text.isEmpty())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
