package org.sluice.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sluice.SandboxedProcess;
import org.sluice.notify.Denial;
import org.sluice.notify.Event;
import org.sluice.notify.Verdict;
import org.sluice.testkit.Handlers.Broken;
import org.sluice.testkit.Handlers.Load;
import org.sluice.testkit.Handlers.NextParent;
import org.sluice.testkit.Handlers.NextPort;
import org.sluice.testkit.Handlers.Parent;
import org.sluice.testkit.Handlers.Streams;
import org.sluice.testkit.Handlers.Watch;

@ExtendWith(SandboxExtension.class)
class TestSandboxTest {

    private @Nullable TestSandbox before;

    @BeforeEach
    void remember(TestSandbox sandbox) {
        before = sandbox;
    }

    @Test
    void theSameForATestAndWhatGoesBeforeIt(TestSandbox sandbox) {
        assertSame(before, sandbox);
    }

    @Test
    void aHandlerAnswersARealProgram(TestSandbox sandbox) {
        sandbox.add(new Parent(42), Map.of("number", 7L));
        TestRun run = sandbox.run("sh", "-c", "echo $PPID; echo wrong >&2; exit 3");
        assertEquals("7\n", run.out());
        assertEquals("wrong\n", run.err());
        assertEquals(3, run.status());
        assertEquals(1, run.count("getppid"));
        SeenCall call = run.calls().get(0);
        assertEquals("com.example.parent", call.handler());
        assertEquals(7, call.verdict().map(Verdict::value).orElseThrow());
        assertEquals(Map.of("com.example.parent", Map.of("calls", 1L)), run.states());
    }

    @Test
    void eachRunIsByItself(TestSandbox sandbox) {
        sandbox.add(new Parent(42));
        for (int i = 0; i < 2; i++) {
            TestRun run = sandbox.run("sh", "-c", "echo $PPID");
            assertEquals("42\n", run.out());
            assertEquals(1, run.calls().size());
        }
    }

    @Test
    void aTranslatorMeetsARealConflict(TestSandbox sandbox) {
        sandbox.add(new NextPort()).allow(profile -> profile.noPortmap());
        TestRun run = sandbox.run(
                "python3",
                "-c",
                """
                import socket
                a, b = socket.socket(), socket.socket()
                a.bind(('127.0.0.1', 0))
                a.listen()
                b.bind(a.getsockname())
                print(b.getsockname()[1] - a.getsockname()[1])
                """);
        assertEquals("1\n", run.out(), run::toString);
        assertEquals(2, run.count("bind"));
    }

    @Test
    void anObserverSeesTheOutcome(TestSandbox sandbox) {
        TestRun run = sandbox.add(new Watch())
                .run("python3", "-c", "import socket; print(socket.socket().connect_ex(('192.0.2.1', 80)))");
        assertEquals("13\n", run.out());
        assertTrue(
                run.events().contains(new Event("connected", Map.of("to", "192.0.2.1!80", "errno", "13"))),
                run::toString);
        assertEquals("192.0.2.1!80", run.calls().get(0).address().orElseThrow().toString());
    }

    @Test
    void aDenialIsSeen(TestSandbox sandbox) {
        TestRun run =
                sandbox.add(new Streams()).run("python3", "-c", "import socket; socket.socket(type=socket.SOCK_DGRAM)");
        assertEquals(1, run.status());
        assertTrue(run.err().contains("PermissionError"), run.err());
        assertEquals(List.of(new Denial("net/udp", "socket", "streams only", "")), run.denials());
    }

    @Test
    void virtualFilesAreServed(TestSandbox sandbox) {
        assertEquals(
                "0.00 0.00 0.00 1/1 1\n",
                sandbox.add(new Load()).run("cat", "/proc/loadavg").out());
    }

    @Test
    void aHandlerThatFailsFailsTheTest(TestSandbox sandbox) {
        sandbox.add(new Broken());
        AssertionError error = assertThrows(AssertionError.class, () -> sandbox.run("sh", "-c", "true"));
        assertEquals(
                "handler com.example.broken failed on getppid, so the call got EPERM;"
                        + " java.lang.IllegalStateException: no parent today",
                error.getMessage());
        assertInstanceOf(IllegalStateException.class, error.getCause());
    }

    @Test
    void aNewVersionTakesOverARunningSandboxWithItsState(TestSandbox sandbox) throws Exception {
        sandbox.add(new Parent(42));
        SandboxedProcess process = sandbox.command(
                        "python3", "-uc", "import os, sys\nfor line in sys.stdin: print(os.getppid(), flush=True)")
                .start();
        try (OutputStream in = process.getOutputStream();
                BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            assertEquals("42", ask(in, out));
            assertEquals("42", ask(in, out));
            sandbox.add(new NextParent());
            assertEquals("2", ask(in, out));
            sandbox.remove("com.example.parent");
            String real =
                    Long.toString(process.toHandle().parent().orElseThrow().pid());
            assertEquals(real, ask(in, out));
        }
        assertEquals(0, process.waitFor());
        assertEquals(3, sandbox.calls(process.sandbox()).size());
    }

    private static String ask(OutputStream in, BufferedReader out) throws Exception {
        in.write('\n');
        in.flush();
        return String.valueOf(out.readLine());
    }

    @Test
    void worksInAFolderThatGoesAway() throws Exception {
        TestSandbox sandbox = new TestSandbox();
        Files.writeString(sandbox.folder().resolve("given"), "hello\n");
        assertEquals(
                "hello\n", sandbox.run("sh", "-c", "cat given; echo x >made").out());
        assertEquals("x\n", Files.readString(sandbox.folder().resolve("made")));
        sandbox.close();
        assertFalse(Files.exists(sandbox.folder().getParent()));
    }

    @Test
    void anotherProfileKeepsTheHandlers(TestSandbox sandbox) {
        sandbox.add(new Parent(42)).profile("open");
        assertEquals("42\n", sandbox.run("sh", "-c", "echo $PPID").out());
    }

    @Test
    void saysWhatIsMissing(TestSandbox sandbox) {
        assertEquals(
                "no handler com.example.absent was added",
                assertThrows(IllegalArgumentException.class, () -> sandbox.remove("com.example.absent"))
                        .getMessage());
        String lacking = assertThrows(
                        IllegalArgumentException.class, () -> sandbox.add((call, chain) -> Verdict.value(0)))
                .getMessage();
        assertTrue(String.valueOf(lacking).endsWith(" has no @Handler; a handler carries both"), lacking);
    }
}
