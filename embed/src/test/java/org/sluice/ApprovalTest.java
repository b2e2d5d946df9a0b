package org.sluice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.notify.ApprovalBackend.Answer;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileLoader;

/** A program is asked itself what no grant allows. */
class ApprovalTest {

    private static final String NAME = "com.example.program";

    @TempDir
    private Path folder;

    private Path secret;

    @BeforeEach
    void write() throws IOException {
        secret = Files.writeString(folder.toRealPath().resolve("secret"), "content\n");
    }

    private static Profile asking(String whom) {
        return new ProfileLoader().load("default").with().broker().approve(whom).build();
    }

    private SandboxedProcess cat(Sluice sluice, String whom) throws IOException {
        return sluice.process("/bin/cat", secret.toString())
                .directory(Files.createDirectories(folder.resolve("work")))
                .profile(asking(whom))
                .start();
    }

    @Test
    void theProgramAnswers() throws Exception {
        Queue<String> asked = new ConcurrentLinkedQueue<>();
        try (Sluice sluice = Sluice.with()
                .protectNothing()
                .approvals(NAME, request -> {
                    asked.add(request.access() + " " + request.path());
                    return asked.size() == 1 ? Answer.ONCE : Answer.DENY;
                })
                .open()) {
            SandboxedProcess first = cat(sluice, NAME);
            assertEquals("content\n", new String(first.getInputStream().readAllBytes(), UTF_8));
            assertEquals(0, first.waitFor());
            SandboxedProcess second = cat(sluice, NAME);
            assertEquals(1, second.waitFor());
            assertEquals(
                    List.of("not approved: refused"),
                    second.sandbox().denials().stream()
                            .map(record -> record.denial().reason())
                            .toList());
            assertEquals(List.of("read " + secret, "read " + secret), List.copyOf(asked));
        }
    }

    @Test
    void whoWasNotGivenIsNotAsked() throws Exception {
        try (Sluice sluice = Sluice.with().protectNothing().open()) {
            SandboxedProcess process = cat(sluice, NAME);
            assertEquals(1, process.waitFor());
            assertEquals(
                    List.of("not approved: no approval backend " + NAME),
                    process.sandbox().denials().stream()
                            .map(record -> record.denial().reason())
                            .toList());
        }
    }

    @Test
    void aNameThatNoProfileCanHaveIsRefused() {
        assertEquals(
                "'chat' is no name of a backend; write one such as com.example.chat",
                assertThrows(IllegalArgumentException.class, () -> Sluice.with()
                                .approvals("chat", request -> Answer.ONCE))
                        .getMessage());
    }
}
