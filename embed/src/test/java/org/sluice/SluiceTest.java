package org.sluice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.Command;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxFactory;
import org.sluice.core.SandboxSpec;
import org.sluice.core.StartException;
import org.sluice.notify.ApprovalBackend;
import org.sluice.notify.ApprovalRequest;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Handler;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;
import org.sluice.policy.DenialRecord;
import org.sluice.policy.PolicyException;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileLoader;

class SluiceTest {

    private final Sluice sluice = Sluice.open();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        sluice.close();
    }

    @Test
    void streamsAreAsAProcessHasThem() throws Exception {
        SandboxedProcess process = shell("cat; echo wrong >&2; exit 3").start();
        try (OutputStream in = process.getOutputStream()) {
            in.write("hello".getBytes(UTF_8));
        }
        assertEquals("hello", text(process));
        assertEquals("wrong\n", new String(process.getErrorStream().readAllBytes(), UTF_8));
        assertEquals(3, process.waitFor());
        assertEquals(3, process.exitValue());
        assertFalse(process.isAlive());
    }

    /** What verifies Sigstore bundles is not on this class path. */
    @Test
    void aProfileWithSigstoreSaysWhatToAdd() throws Exception {
        Path root = Files.writeString(folder.resolve("root.json"), "{}");
        SandboxedCommand command = shell("echo ran")
                .allow(profile -> profile.handler(
                        "openat",
                        Map.of(
                                "trusted",
                                Map.of(
                                        "files",
                                        List.of("/srv/AGENTS.md"),
                                        "sigstore",
                                        Map.of(
                                                "root",
                                                root.toString(),
                                                "identities",
                                                List.of(Map.of("issuer", "https://i", "subject", "s")))))));
        PolicyException refused = assertThrows(PolicyException.class, command::start);
        assertEquals(
                "openat.trusted.sigstore: nothing on the class path verifies Sigstore bundles; add"
                        + " org.sluice:trust.sigstore, or take the key out of the profile",
                refused.getMessage());
    }

    @Test
    void moreThanAPipeHolds() throws Exception {
        SandboxedProcess process = shell("head -c 3000000 /dev/zero").start();
        assertEquals(3_000_000, process.getInputStream().readAllBytes().length);
        assertEquals(0, process.waitFor());
    }

    @Test
    void standardErrorCanGoWithStandardOutput() throws Exception {
        assertEquals(
                "a\nb\n",
                text(shell("echo a; echo b >&2").redirectErrorStream(true).start()));
    }

    @Test
    void redirectsToFiles() throws Exception {
        File file = folder.resolve("out").toFile();
        for (Redirect redirect : List.of(Redirect.to(file), Redirect.appendTo(file))) {
            assertEquals(0, shell("echo x").redirectOutput(redirect).start().waitFor());
        }
        assertEquals(
                "x\nx\n", text(shell("cat").redirectInput(Redirect.from(file)).start()));
        SandboxedCommand absent = shell("cat").redirectInput(Redirect.from(new File("/nonexistent")));
        assertEquals(
                "cannot open /nonexistent for standard stream 0: ENOENT (No such file or directory)",
                assertThrows(IOException.class, absent::start).getMessage());
    }

    @Test
    void givesEnvironmentAndDirectory() throws Exception {
        SandboxedCommand command = shell("echo $GREETING; pwd");
        command.environment().put("GREETING", "good day");
        assertEquals("good day\n" + folder.toRealPath() + "\n", text(command.start()));
    }

    @Test
    void canBeEnded() throws Exception {
        SandboxedProcess polite = shell("exec sleep 1000").start();
        assertTrue(polite.isAlive());
        assertThrows(IllegalThreadStateException.class, polite::exitValue);
        assertFalse(polite.waitFor(1, TimeUnit.MILLISECONDS));
        polite.destroy();
        assertEquals(128 + 15, polite.waitFor());
        SandboxedProcess rude = shell("trap '' TERM; sleep 1000 & wait").start();
        assertEquals(128 + 9, rude.destroyForcibly().waitFor());
        assertEquals(rude, rude.onExit().get());
        rude.sandbox().end().get(20, TimeUnit.SECONDS);
        assertEquals(
                List.of(),
                sluice.sandboxes().stream().filter(rude.sandbox()::equals).toList());
    }

    @Test
    void hasAHandle() throws Exception {
        SandboxedProcess process =
                sluice.process("sleep", "1000").directory(folder).start();
        ProcessHandle handle = process.toHandle();
        assertEquals(process.pid(), handle.pid());
        assertTrue(handle.isAlive());
        assertTrue(handle.info().command().orElseThrow().endsWith("sleep"));
        assertTrue(handle.destroyForcibly());
        assertEquals(handle, handle.onExit().get(20, TimeUnit.SECONDS));
        assertFalse(handle.isAlive());
        assertEquals(0, handle.children().count());
        assertTrue(handle.info().command().isEmpty());
    }

    @Test
    void aCommandThatIsNotThere() {
        StartException absent = assertThrows(
                StartException.class,
                () -> sluice.process("no-such-command").directory(folder).start());
        assertEquals(StartException.Kind.NOT_FOUND, absent.kind());
        assertEquals(List.of(), sluice.sandboxes());
    }

    @Test
    void deniesAndTellsWhatWouldAllowIt() throws Exception {
        SandboxedProcess process = python(
                        """
                import socket
                try:
                    socket.create_connection(('192.0.2.1', 80))
                except OSError as e:
                    print(e.errno)
                """)
                .start();
        assertEquals("13\n", text(process));
        DenialRecord denial = process.sandbox().denials().get(0);
        assertEquals("--allow-connect '192.0.2.1!80'", denial.denial().remedy());
    }

    @Test
    void twoSandboxesHaveTheSamePort() throws Exception {
        String program =
                """
                import socket, sys
                s = socket.socket()
                s.bind(('', 18976))
                s.listen()
                print(s.getsockname()[1], flush=True)
                sys.stdin.read()
                """;
        for (int i = 0; i < 2; i++) {
            SandboxedProcess process = python(program).start();
            byte[] line = process.getInputStream().readNBytes(6);
            assertEquals("18976\n", new String(line, UTF_8));
        }
    }

    @Test
    void aFurtherProcessSharesTheSandbox() throws Exception {
        SandboxedProcess first = shell("exec sleep 1000").name("shared").start();
        Sandbox sandbox = first.sandbox();
        SandboxedProcess further = shell("echo further").startIn(sandbox);
        assertEquals("further\n", text(further));
        assertEquals(0, further.waitFor());
        assertTrue(first.isAlive());
        assertEquals("shared", sandbox.name());
    }

    @Test
    void isTheFactoryThatBundlesGet() throws Exception {
        SandboxFactory factory = sluice;
        Profile profile = new ProfileLoader().load("default");
        Command command = Command.of("sh", "-c", "exit 7").withDirectory(folder);
        SandboxSpec spec = new SandboxSpec("made", profile, command, SandboxSpec.Options.standard());
        assertTrue(factory.explain(spec).contains(folder.toRealPath().toString()), () -> factory.explain(spec));
        Sandbox sandbox = factory.start(spec);
        assertEquals("made", sandbox.name());
        assertEquals(7, sandbox.end().get(20, TimeUnit.SECONDS).code());
        assertTrue(factory.sandbox("made").isEmpty());
        Sandbox running = shell("exec sleep 1000").name("stays").start().sandbox();
        assertEquals(running, factory.sandbox("stays").orElseThrow());
        assertEquals(List.of(running), factory.sandboxes());
    }

    @Test
    void theProgramIsAskedForApproval() throws Exception {
        Path elsewhere = Files.createTempDirectory("sluice-elsewhere");
        Path file = Files.writeString(elsewhere.resolve("file"), "approved\n");
        try {
            SandboxedProcess process = sluice.process("cat", file.toString())
                    .directory(folder)
                    .profile(new ProfileLoader()
                            .load("default")
                            .with()
                            .approve("shell")
                            .build())
                    .start();
            ApprovalRequest question =
                    await(() -> sluice.approvals().waiting().stream().findFirst());
            assertEquals(file.toRealPath().toString(), question.path().toString());
            sluice.approvals().answer(question.id(), ApprovalBackend.Answer.ONCE);
            assertEquals("approved\n", text(process));
            assertEquals(0, process.waitFor());
        } finally {
            Files.delete(file);
            Files.delete(elsewhere);
        }
    }

    private static <T> T await(Supplier<Optional<T>> what) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < end) {
            Optional<T> found = what.get();
            if (found.isPresent()) {
                return found.get();
            }
            // Nobody tells of a question: a step of a bounded wait.
            Thread.sleep(5);
        }
        throw new AssertionError("waited in vain");
    }

    /** Answers getppid(2). */
    @Handler(name = "com.example.parent", stage = Stage.ANSWER)
    @Traps("getppid")
    static final class Parent implements SyscallHandler {
        @Override
        public Verdict handle(Call call, Chain chain) {
            return Verdict.value(42);
        }
    }

    @Test
    void theProgramsOwnHandlerAnswers() throws Exception {
        SandboxedCommand command = python("import os; print(os.getppid())").allow(p -> p.handler("com.example.parent"));
        StartException missing = assertThrows(StartException.class, command::start);
        assertEquals(
                "profile default names handlers that are not there: com.example.parent; give them to Sluice.add, or take"
                        + " them out of the profile",
                missing.getMessage());
        AutoCloseable stay = sluice.add(new Parent());
        assertEquals("42\n", text(command.start()));
        stay.close();
        assertThrows(StartException.class, command::start);
    }

    @Test
    void aHandlerIsDescribedByPropertiesToo() throws Exception {
        SandboxedCommand command = python("import os; print(os.getppid())").allow(p -> p.handler("com.example.parent"));
        sluice.add((call, chain) -> Verdict.value(1), described(1));
        AutoCloseable better = sluice.add((call, chain) -> Verdict.value(2), described(2));
        sluice.add((call, chain) -> Verdict.value(3), described(0));
        assertEquals("2\n", text(command.start()));
        better.close();
        assertEquals("1\n", text(command.start()));
        Map<String, Object> traps = Map.of(SyscallHandler.NAME, "com.example.other", SyscallHandler.STAGE, "ANSWER");
        String message = assertThrows(
                        IllegalArgumentException.class, () -> sluice.add((call, chain) -> Verdict.value(1), traps))
                .getMessage();
        assertTrue(String.valueOf(message).endsWith("has no traps; add @Traps with at least one"), message);
    }

    private static Map<String, Object> described(int ranking) {
        return Map.of(
                SyscallHandler.NAME,
                "com.example.parent",
                SyscallHandler.STAGE,
                Stage.ANSWER,
                SyscallHandler.TRAPS,
                "getppid",
                "service.ranking",
                ranking);
    }

    @Test
    void theClassPathIsNoSandboxsToWrite() {
        Path own = Path.of(System.getProperty("java.class.path").split(File.pathSeparator, -1)[0]);
        StartException refusal = assertThrows(
                StartException.class, () -> shell("true").directory(own).start());
        assertTrue(String.valueOf(refusal.getMessage()).contains("belongs to the supervisor"), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "server", "open"})
    void explainsWithoutStarting(String profile) {
        String text = shell("true").profile(profile).explain();
        assertTrue(text.startsWith("profile " + profile + "\n"), text);
        assertEquals(List.of(), sluice.sandboxes());
    }

    @Test
    void closingEndsEverything() throws Exception {
        SandboxedProcess process;
        try (Sluice other = Sluice.open()) {
            process = other.process("sleep", "1000").directory(folder).start();
            assertInstanceOf(Process.class, process);
        }
        assertFalse(process.isAlive());
    }

    private SandboxedCommand shell(String script) {
        return sluice.process("/bin/sh", "-c", script).directory(folder);
    }

    private SandboxedCommand python(String program) {
        return sluice.process("python3", "-c", program).directory(folder);
    }

    private static String text(SandboxedProcess process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }
}
