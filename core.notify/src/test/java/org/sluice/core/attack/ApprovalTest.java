package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.sluice.core.Approvals;
import org.sluice.core.approval.ApprovalSettings;
import org.sluice.notify.ApprovalBackend.Answer;
import org.sluice.notify.ApprovalRequest;
import org.sluice.policy.Profile;

/** Approvals of real targets: who is asked, and what the answers do. */
class ApprovalTest extends Questioned {

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
