package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.sluice.core.Sandbox;
import org.sluice.core.approval.ApprovalSettings;
import org.sluice.core.chain.Registration;
import org.sluice.handler.openat.FileBroker;
import org.sluice.linux.Linux;
import org.sluice.notify.ApprovalBackend.Answer;
import org.sluice.policy.DenialRecord;

/** A question that is open: what it holds up, how many there are, and what becomes of it when something goes. */
class OpenQuestionTest extends Questioned {

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
        await(() -> asked.size() >= 32);
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
}
