package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.core.Sandbox;
import org.sluice.core.approval.ApprovalSettings;
import org.sluice.core.approval.Backends;
import org.sluice.core.chain.ChainTimeouts;
import org.sluice.core.chain.Registration;
import org.sluice.notify.ApprovalBackend.Answer;
import org.sluice.notify.ApprovalRequest;
import org.sluice.policy.Profile;

/** A supervisor whose sandboxes ask the test, and a file that they have to ask about. */
abstract class Questioned {

    static final long PATIENCE_SECONDS = 60;
    static final String NAME = "com.example.test";

    /** What a script waits with. */
    static final String AWAIT = "until test -e asked; do sleep 0.05; done; rm asked; ";

    static final String AWAIT_STOP = "until grep -q '^State:.T' /proc/$!/status; do sleep 0.05; done; ";

    @TempDir
    private Path temp;

    Path real;
    Path work;
    Path state;
    Path secret;
    Arena arena;
    Registration broker;
    volatile ApprovalSettings settings = ApprovalSettings.standard();
    final List<ApprovalRequest> asked = Collections.synchronizedList(new ArrayList<>());
    volatile Asking asking = request -> Answer.DENY;

    /** Who is asked. */
    interface Asking {
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

    Arena start() {
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

    Profile profile(String who) {
        return OpensTest.broker(
                OpensTest.system(Path.of("/etc")).replaceFirst("]", "], \"write\": [\"" + work + "\", \"/dev/null\"]"),
                "{ \"approve\": \"" + who + "\" }");
    }

    Arena.Result sh(String script) throws Exception {
        return sh(NAME, script);
    }

    Arena.Result sh(String who, String script) throws Exception {
        return arena.run(profile(who), "/bin/sh", "-c", "exec 2>&1; " + script, "sh", secret.toString());
    }

    static List<String> reasons(Sandbox sandbox) {
        return sandbox.denials().stream()
                .map(each -> each.denial().target() + ": " + each.denial().reason() + ", "
                        + each.denial().remedy())
                .toList();
    }

    String denied(String why) {
        return secret + ": not approved: " + why + ", --read " + secret;
    }

    /** What is waited for. */
    interface Condition {
        boolean holds() throws Exception;
    }

    static void await(Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < end, "waited in vain");
            // Another process does it, which wakes nobody here: a step of a bounded wait.
            Thread.sleep(10);
        }
    }

    /** Tells the script that a question is open; {@link #AWAIT} waits for it there. */
    void tell() {
        try {
            Files.createFile(work.resolve("asked"));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
