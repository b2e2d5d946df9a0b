package org.sluice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a program may expect of a child process holds for one in a sandbox: each test runs against the platform's own, too. */
class LikeProcessTest {

    private static final long PATIENCE_SECONDS = 20;

    @TempDir
    private Path folder;

    /** Who starts the process. */
    enum Starter {
        PLATFORM,
        SLUICE
    }

    private interface Body {
        void test(Process process) throws Exception;
    }

    private void with(Starter starter, String script, Body body) throws Exception {
        if (starter == Starter.PLATFORM) {
            Process process = new ProcessBuilder("sh", "-c", script)
                    .directory(folder.toFile())
                    .start();
            run(process, body);
            return;
        }
        try (Sluice sluice = Sluice.open()) {
            run(sluice.process("sh", "-c", script).directory(folder).start(), body);
        }
    }

    private static void run(Process process, Body body) throws Exception {
        try {
            body.test(process);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            assertTrue(process.destroyForcibly().waitFor(PATIENCE_SECONDS, SECONDS));
        }
    }

    @ParameterizedTest
    @EnumSource
    void readersAndWriters(Starter starter) throws Exception {
        with(starter, "while read line; do echo \"<$line>\"; echo \"!$line\" >&2; done; exit 5", process -> {
            try (BufferedWriter in = process.outputWriter()) {
                in.write("ä\nb\n");
            }
            try (BufferedReader out = process.inputReader();
                    BufferedReader err = process.errorReader()) {
                assertEquals(List.of("<ä>", "<b>"), out.lines().toList());
                assertEquals(List.of("!ä", "!b"), err.lines().toList());
            }
            assertEquals(5, process.waitFor());
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatWasWrittenCanBeReadAfterTheEnd(Starter starter) throws Exception {
        with(starter, "echo late", process -> {
            assertEquals(0, process.waitFor());
            assertEquals("late\n", new String(process.getInputStream().readAllBytes(), UTF_8));
            assertEquals(-1, process.getInputStream().read());
        });
    }

    @ParameterizedTest
    @EnumSource
    void nobodyReadsWhatIsWrittenAfterTheEnd(Starter starter) throws Exception {
        with(starter, "exit 0", process -> {
            assertEquals(0, process.waitFor());
            OutputStream in = process.getOutputStream();
            assertThrows(IOException.class, () -> {
                in.write(1);
                in.flush();
            });
        });
    }

    @ParameterizedTest
    @EnumSource
    void theStatusComesWithTheEnd(Starter starter) throws Exception {
        with(starter, "read line; exit 3", process -> {
            assertThrows(IllegalThreadStateException.class, process::exitValue);
            assertTrue(process.isAlive());
            assertFalse(process.waitFor(1, MILLISECONDS));
            assertFalse(process.onExit().isDone());
            process.getOutputStream().close();
            assertSame(process, process.onExit().get(PATIENCE_SECONDS, SECONDS));
            assertEquals(3, process.exitValue());
            assertEquals(3, process.waitFor());
            assertTrue(process.waitFor(0, SECONDS));
            assertFalse(process.isAlive());
        });
    }

    @ParameterizedTest
    @EnumSource
    void aSignalIsAStatusOf128AndMore(Starter starter) throws Exception {
        with(starter, "exec sleep 1000", process -> {
            assertTrue(process.supportsNormalTermination());
            process.destroy();
            assertEquals(128 + 15, process.waitFor());
            process.destroy(); // nothing happens
        });
        with(starter, "exec sleep 1000", process -> {
            assertSame(process, process.destroyForcibly());
            assertEquals(128 + 9, process.waitFor());
        });
    }

    @ParameterizedTest
    @EnumSource
    void waitingCanBeInterrupted(Starter starter) throws Exception {
        with(starter, "exec sleep 1000", process -> {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, process::waitFor);
            assertFalse(Thread.interrupted());
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> process.waitFor(PATIENCE_SECONDS, SECONDS));
            assertTrue(process.isAlive());
        });
    }

    @ParameterizedTest
    @EnumSource
    void theHandleTellsOfTheProcess(Starter starter) throws Exception {
        with(starter, "echo; exec sleep 1000", process -> {
            assertEquals('\n', process.getInputStream().read());
            ProcessHandle handle = process.toHandle();
            assertEquals(process.toHandle(), handle);
            assertEquals(process.toHandle().hashCode(), handle.hashCode());
            assertEquals(process.pid(), handle.pid());
            assertTrue(handle.isAlive());
            assertTrue(handle.parent().isPresent());
            assertEquals(0, handle.compareTo(process.toHandle()));
            assertTrue(handle.info().startInstant().isPresent());
            assertEquals(ProcessHandle.current().info().user(), process.info().user());
            assertFalse(handle.onExit().isDone());
            assertTrue(handle.destroy());
            assertEquals(handle, handle.onExit().get(PATIENCE_SECONDS, SECONDS));
            assertFalse(handle.isAlive());
            assertFalse(handle.destroyForcibly());
        });
    }

    @ParameterizedTest
    @EnumSource
    void theHandleKnowsChildren(Starter starter) throws Exception {
        with(starter, "sleep 1000 & echo $!; wait", process -> {
            long child = Long.parseLong(process.inputReader().readLine());
            assertEquals(
                    List.of(child), process.children().map(ProcessHandle::pid).toList());
            assertEquals(
                    List.of(child),
                    process.toHandle().descendants().map(ProcessHandle::pid).toList());
        });
    }

    @ParameterizedTest
    @EnumSource
    void itsTextNamesIt(Starter starter) throws Exception {
        with(
                starter,
                "exec sleep 1000",
                process -> assertTrue(process.toString().contains("pid=" + process.pid()), process::toString));
    }
}
