package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.core.Approvals;
import org.sluice.core.Sandbox;
import org.sluice.core.approval.ApprovalSettings;
import org.sluice.core.approval.Backends;
import org.sluice.core.chain.ChainTimeouts;
import org.sluice.core.chain.Registration;
import org.sluice.handler.openat.FileBroker;
import org.sluice.linux.Linux;
import org.sluice.notify.ApprovalBackend.Answer;
import org.sluice.notify.ApprovalRequest;
import org.sluice.policy.DenialRecord;
import org.sluice.policy.Profile;

/** Approvals of real targets: who is asked, what the answers do, and what a target makes of a question that is open. */
class ApprovalTest {

    private static final long PATIENCE_SECONDS = 60;
    private static final String NAME = "com.example.test";

    /** What a script waits with. */
    private static final String AWAIT = "until test -e asked; do sleep 0.05; done; rm asked; ";

    private static final String AWAIT_STOP = "until grep -q '^State:.T' /proc/$!/status; do sleep 0.05; done; ";

    @TempDir
    private Path temp;

    private Path real;
    private Path work;
    private Path state;
    private Path secret;
    private Arena arena;
    private Registration broker;
    private volatile ApprovalSettings settings = ApprovalSettings.standard();
    private final List<ApprovalRequest> asked = Collections.synchronizedList(new ArrayList<>());
    private volatile Asking asking = request -> Answer.DENY;

    private interface Asking {
        Answer ask(ApprovalRequest request) throws InterruptedException;
    }

    @BeforeEach
    void open() throws Exception {
        real = temp.toRealPath();
        work = Files.createDirectory(real.resolve("work"));
        state = Files.createDirectory(real.resolve("state"));
        secret = Files.writeString(real.resolve("secret"), "content\n");
        arena = start();
    }

    private Arena start() {
        Backends backends = (name, request) -> {
            asked.add(request);
            return asking.ask(request);
        };
        Arena made = new Arena(work, ChainTimeouts.standard(), List.of(state), () -> settings, backends);
        broker = made.addStandard();
        return made;
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private Profile profile(String who) {
        return OpensTest.broker(
                OpensTest.system(Path.of("/etc")).replaceFirst("]", "], \"write\": [\"" + work + "\", \"/dev/null\"]"),
                "{ \"approve\": \"" + who + "\" }");
    }

    private Arena.Result sh(String script) throws Exception {
        return sh(NAME, script);
    }

    private Arena.Result sh(String who, String script) throws Exception {
        return arena.run(profile(who), "/bin/sh", "-c", "exec 2>&1; " + script, "sh", secret.toString());
    }

    private static List<String> reasons(Sandbox sandbox) {
        return sandbox.denials().stream()
                .map(each -> each.denial().target() + ": " + each.denial().reason() + ", "
                        + each.denial().remedy())
                .toList();
    }

    private String denied(String why) {
        return secret + ": not approved: " + why + ", --read " + secret;
    }

    @Test
    void onceIsForOneCall() throws Exception {
        asking = request -> Answer.ONCE;
        assertEquals("content\ncontent\n", sh("cat $1; cat $1").output());
        assertEquals(2, asked.size());
        ApprovalRequest first = asked.get(0);
        assertEquals(secret.toString(), first.path().toString());
        assertEquals("read", first.access());
        assertEquals("cat", first.command());
    }

    @Test
    void aSessionIsForTheSameAccessOfTheSandbox() throws Exception {
        asking = request -> Answer.SESSION;
        Arena.Result result = sh("cat $1; cat $1; echo more >> $1; echo more >> $1; exec 3<> $1; cat <&3");
        assertEquals("content\ncontent\ncontent\nmore\nmore\n", result.output());
        assertEquals(
                List.of("read", "write"),
                asked.stream().map(ApprovalRequest::access).toList());
        sh("cat $1");
        assertEquals(3, asked.size(), "another sandbox is asked about anew");
    }

    @Test
    void alwaysAndNeverHoldForTheProfileAndOutliveTheSupervisor() throws Exception {
        Path other = Files.writeString(real.resolve("ot\ber"), "other");
        asking = request -> request.path().toString().endsWith("secret") ? Answer.ALWAYS : Answer.NEVER;
        sh("cat $1; cat '" + other + "'");
        assertEquals(2, asked.size());
        arena.close();
        arena = start();
        Arena.Result result = sh("cat $1; cat '" + other + "'; cat '" + other + "'");
        assertTrue(result.output().startsWith("content\n"), result.output());
        assertEquals(2, asked.size(), "nobody was asked again");
        assertEquals(2, result.sandbox().denials().size());
        assertEquals(
                "not approved: refused before",
                result.sandbox().denials().get(0).denial().reason());
        assertEquals(
                "always\tread\tbroker\t" + secret + "\nnever\tread\tbroker\t" + real + "/ot\\x08er\n",
                Files.readString(state.resolve("approvals")).replaceFirst("#.*\n", ""));
    }

    @Test
    void noIsRecordedWithTheRemedy() throws Exception {
        Arena.Result result = sh("cat $1");
        assertTrue(result.output().contains("Permission denied"), result.output());
        assertEquals(List.of(denied("refused")), reasons(result.sandbox()));
    }

    @Test
    void silenceDenies() throws Exception {
        settings = new ApprovalSettings(Duration.ofMillis(100), 10, 5);
        CountDownLatch letGo = new CountDownLatch(1);
        asking = request -> {
            try {
                new CountDownLatch(1).await();
                return Answer.ONCE;
            } finally {
                letGo.countDown();
            }
        };
        Arena.Result result = sh("cat $1");
        assertEquals(List.of(denied("no answer in 0 s")), reasons(result.sandbox()));
        assertEquals(0, letGo.getCount(), "the backend has let go");
    }

    @Test
    void aFailureDenies() throws Exception {
        asking = request -> {
            throw new IllegalStateException("no terminal");
        };
        assertEquals(List.of(denied("no terminal")), reasons(sh("cat $1").sandbox()));
        asking = request -> {
            throw new UnsupportedOperationException("a defect");
        };
        assertEquals(List.of(denied("asking failed")), reasons(sh("cat $1").sandbox()));
    }

    @Test
    void nobodyIsAskedWhatGrantsDecideOrWhatIsNotThere() throws Exception {
        Path granted = Files.writeString(real.resolve("granted"), "granted\n");
        Path hidden = Files.writeString(real.resolve("hidden"), "hidden\n");
        Profile profile = OpensTest.broker(
                OpensTest.system(Path.of("/etc")).replaceFirst("]", "], \"write\": [\"" + work + "\", \"/dev/null\"]"),
                "{ \"approve\": \"" + NAME + "\", \"read\": [\"" + granted + "\"], \"protect\": [\"" + hidden
                        + "\"] }");
        Arena.Result result = arena.run(
                profile,
                "/bin/sh",
                "-c",
                "exec 2>&1; cat " + granted + "; echo x >> " + granted + "; cat " + real + "/none; cat " + granted
                        + "/none; cat " + hidden + "; cat " + state + "/approvals");
        assertEquals(List.of(), asked);
        assertTrue(result.output().startsWith("granted\n"), result.output());
        assertTrue(result.output().contains("none: No such file or directory"), result.output());
        assertTrue(result.output().contains("none: Not a directory"), result.output());
        assertEquals(
                List.of("grant is read only", "protected"),
                result.sandbox().denials().stream()
                        .map(each -> each.denial().reason())
                        .toList());
    }

    @Test
    void denyAsksNobody() throws Exception {
        assertEquals(
                List.of(secret + ": no grant, --read " + secret),
                reasons(sh("deny", "cat $1").sandbox()));
        assertEquals(List.of(), asked);
    }

    /** What was asked about is what is opened, whatever has its name by then. */
    @Test
    void theObjectThatWasAskedAboutIsOpened() throws Exception {
        Path other = Files.writeString(real.resolve("other"), "other\n");
        asking = request -> {
            try {
                Files.move(secret, real.resolve("away"));
                Files.move(other, secret);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            return Answer.ONCE;
        };
        assertEquals("content\n", sh("cat $1").output());
        assertEquals("other\n", Files.readString(secret));
    }

    /** Nor is what somebody made meanwhile, where it was asked that something be made. */
    @Test
    void whatIsMadeWhileItIsAskedAboutIsNotOpened() throws Exception {
        Path fresh = real.resolve("fresh");
        asking = request -> {
            try {
                Files.createLink(fresh, secret);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            return Answer.ONCE;
        };
        Arena.Result result = sh("echo mine > " + fresh);
        assertEquals("content\n", Files.readString(secret));
        assertEquals(
                "made while it was asked about",
                result.sandbox().denials().get(0).denial().reason());
        Files.delete(fresh);
        asking = request -> Answer.ONCE;
        sh("echo mine > " + fresh);
        assertEquals("mine\n", Files.readString(fresh));
    }

    /** While a question is open the rest of the sandbox, and another one, go on. */
    @Test
    void aQuestionHoldsUpNobody() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        asking = request -> {
            answer.await();
            return Answer.ONCE;
        };
        Path out = work.resolve("out");
        int fd = Arena.open(out);
        try (Sandbox sandbox = arena.start(
                profile(NAME),
                fd,
                "/bin/sh",
                "-c",
                "cat $1 & for i in 1 2 3 4 5 6 7 8 9; do cat /usr/bin/env > /dev/null; done; echo through; wait",
                "sh",
                secret.toString())) {
            await(() -> Files.readString(out).equals("through\n") && asked.size() == 1);
            assertEquals("fine\n", sh("cat /usr/bin/env > /dev/null; echo fine").output());
            answer.countDown();
            assertEquals(
                    0, sandbox.end().get(PATIENCE_SECONDS, TimeUnit.SECONDS).shellCode());
            assertEquals("through\ncontent\n", Files.readString(out));
        } finally {
            Linux.close(fd);
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < end, "waited in vain");
            // Another process does it, which wakes nobody here: a step of a bounded wait.
            Thread.sleep(10);
        }
    }

    /** Tells the script that a question is open; {@link #AWAIT} waits for it there. */
    private void tell() {
        try {
            Files.createFile(work.resolve("asked"));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A target that is killed while it is asked about takes the question with it, and one that is stopped, too. */
    @Test
    void aTargetThatGoesWithdrawsItsQuestion() throws Exception {
        CountDownLatch withdrawn = new CountDownLatch(3);
        asking = request -> {
            tell();
            try {
                new CountDownLatch(1).await();
                return Answer.ONCE;
            } finally {
                withdrawn.countDown();
            }
        };
        Arena.Result result = sh("cat $1 & " + AWAIT + "kill -KILL $!; wait $!; echo $?; cat $1 & " + AWAIT
                + "kill -TERM $!; wait $!; echo $?; cat $1 & " + AWAIT + "kill -STOP $!; " + AWAIT_STOP
                + "echo stopped; kill -KILL $!; wait");
        assertTrue(withdrawn.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(
                "137\n143\nstopped\n",
                result.output().replaceAll("(?m)^.*Killed.*\n", "").replaceAll("(?m)^.*Terminated.*\n", ""));
        assertEquals(List.of(), reasons(result.sandbox()));
    }

    /** A program that was stopped at a question goes on with it, as if it had been stopped before. */
    @Test
    void aTargetThatWasStoppedIsAskedAboutAgain() throws Exception {
        asking = request -> {
            if (asked.size() == 1) {
                tell();
                new CountDownLatch(1).await();
            }
            return Answer.ONCE;
        };
        Arena.Result result = sh(
                "cat $1 & " + AWAIT + "kill -STOP $!; " + AWAIT_STOP + "echo stopped; kill -CONT $!; wait $!; echo $?");
        assertEquals("stopped\ncontent\n0\n", result.output());
        assertEquals(2, asked.size());
    }

    /** A flood: so many questions and no more, and every other call is denied and recorded. */
    @Test
    void aFloodIsDeniedAndRecorded() throws Exception {
        settings = new ApprovalSettings(Duration.ofSeconds(60), 1e-9, 5);
        Arena.Result result = sh(
                "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do read x < $1 && echo in; done; cat /etc/ld.so.cache > /dev/null; echo end");
        assertFalse(result.output().contains("in\n"), result.output());
        assertTrue(result.output().endsWith("end\n"), result.output());
        assertEquals(5, asked.size());
        List<DenialRecord> denials = result.sandbox().denials();
        assertEquals(12, denials.size());
        assertEquals(
                7,
                denials.stream()
                        .filter(each -> each.denial().reason().equals("not approved: too many questions"))
                        .count());
    }

    /** No more questions than a bound are open, so that a target with many threads leaves room for its other calls. */
    @Test
    void onlySoManyQuestionsAreOpen() throws Exception {
        settings = new ApprovalSettings(Duration.ofSeconds(60), 1000, 1000);
        CountDownLatch answer = new CountDownLatch(1);
        asking = request -> {
            answer.await();
            return Answer.ONCE;
        };
        CompletableFuture<Arena.Result> result = CompletableFuture.supplyAsync(() -> {
            try {
                return sh("i=0; while [ $i -lt 40 ]; do (read -r line < $1; echo \"$line\") & i=$((i+1)); done; wait");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        // The last ones are refused while the first ones wait.
        await(() -> asked.size() == 32);
        answer.countDown();
        Arena.Result end = result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        long denied = end.sandbox().denials().size();
        // What several say at the same time may stand in one line.
        assertEquals(40 - denied, end.output().split("content", -1).length - 1, end.output());
        assertTrue(asked.size() >= 32 && asked.size() + denied == 40, asked.size() + " and " + denied);
    }

    /** The new handler takes the open question over, and the answer counts. */
    @Test
    void aSwapTakesTheQuestionOver() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        asking = request -> {
            answer.await();
            return Answer.ONCE;
        };
        Path out = work.resolve("out");
        int fd = Arena.open(out);
        try (Sandbox sandbox = arena.start(profile(NAME), fd, "/bin/cat", secret.toString())) {
            await(() -> asked.size() == 1);
            Registration old = broker;
            broker = arena.add(new FileBroker());
            old.close();
            answer.countDown();
            assertEquals(
                    0, sandbox.end().get(PATIENCE_SECONDS, TimeUnit.SECONDS).shellCode());
            assertEquals("content\n", Files.readString(out));
            assertEquals(1, asked.size());
        } finally {
            Linux.close(fd);
        }
    }

    /** Without a successor the call is refused, and nobody is asked any more. */
    @Test
    void aHandlerThatLeavesTakesTheQuestionWithIt() throws Exception {
        CountDownLatch withdrawn = new CountDownLatch(1);
        asking = request -> {
            try {
                new CountDownLatch(1).await();
                return Answer.ONCE;
            } finally {
                withdrawn.countDown();
            }
        };
        Path out = work.resolve("out");
        int fd = Arena.open(out);
        try (Sandbox sandbox = arena.start(profile(NAME), fd, "/bin/cat", secret.toString())) {
            await(() -> asked.size() == 1);
            broker.close();
            assertTrue(withdrawn.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
            assertEquals(
                    1, sandbox.end().get(PATIENCE_SECONDS, TimeUnit.SECONDS).shellCode());
        } finally {
            Linux.close(fd);
        }
    }

    @Test
    void theShellAnswers() throws Exception {
        Approvals approvals = arena.approvals();
        CompletableFuture<Arena.Result> result = CompletableFuture.supplyAsync(() -> {
            try {
                return sh("shell", "cat $1; cat $1; cat $1");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        await(() -> approvals.waiting().size() == 1);
        long first = approvals.waiting().get(0).id();
        approvals.answer(first, Answer.DENY);
        await(() ->
                approvals.waiting().size() == 1 && approvals.waiting().get(0).id() != first);
        approvals.answer(approvals.waiting().get(0).id(), Answer.SESSION);
        assertEquals(
                2,
                result.get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .output()
                        .lines()
                        .filter("content"::equals)
                        .count());
        assertEquals(List.of(), approvals.waiting());
        assertThrows(IllegalArgumentException.class, () -> approvals.answer(first, Answer.ONCE));
    }
}
