package org.sluice.core.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.Command;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxEvents;
import org.sluice.core.SandboxSpec;
import org.sluice.core.StartException;
import org.sluice.core.TargetProcess;
import org.sluice.core.chain.ChainTimeouts;
import org.sluice.core.chain.HandlerRegistry;
import org.sluice.core.trap.HostNames;
import org.sluice.policy.ProfileBuilder;

class LimitsTest {

    private final HandlerRegistry registry = new HandlerRegistry(ChainTimeouts.standard(), new HostNames());
    private final Supervisor supervisor = new Supervisor(SupervisorSettings.standard(), registry);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        supervisor.close();
        registry.close();
    }

    @Test
    void theTimeOfASandboxEnds() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        supervisor.add(new SandboxEvents() {
            @Override
            public void told(String sandbox, String message) {
                told.add(message);
            }
        });
        try (Sandbox sandbox = start(limited("time", 100), "sleep 1000 & exec sleep 1000")) {
            assertEquals(137, sandbox.end().get(20, TimeUnit.SECONDS).shellCode());
            assertTrue(sandbox.timedOut());
        }
        assertEquals(List.of("the time limit of 100 ms is over; sandbox s1 was ended"), told);
    }

    @Test
    void oneThatEndsInTimeIsLeftAlone() throws Exception {
        try (Sandbox sandbox = start(limited("time", 60_000), "exit 3")) {
            assertEquals(3, sandbox.end().get(20, TimeUnit.SECONDS).shellCode());
            assertEquals(false, sandbox.timedOut());
        }
    }

    @Test
    void theKernelKeepsTheOthers() throws Exception {
        try (Sandbox sandbox = start(limited("nofile", 77), "test \"$(ulimit -n)\" = 77 && exec sleep 1000")) {
            TargetProcess further = sandbox.exec(Command.of("/bin/sh", "-c", "test \"$(ulimit -n)\" = 77 || exit 9")
                    .withDirectory(folder));
            assertEquals(0, further.exit().get(20, TimeUnit.SECONDS).shellCode());
            TargetProcess own = sandbox.exec(Command.of("/bin/sh", "-c", "test \"$(ulimit -n)\" = 55 || exit 9")
                    .withDirectory(folder)
                    .withLimits(Map.of("nofile", 55L)));
            assertEquals(0, own.exit().get(20, TimeUnit.SECONDS).shellCode());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "processes"})
    void whatCannotBeKeptIsRefused(String limit) {
        StartException refusal = assertThrows(StartException.class, () -> start(limited(limit, 1000), "true"));
        assertTrue(String.valueOf(refusal.getMessage()).startsWith("profile test: the limit '" + limit + "' needs a"));
        assertEquals(List.of(), supervisor.sandboxes());
    }

    @Test
    void whatIsSaidOfDatagramsIsNotIgnored() {
        ProfileBuilder nobody =
                new ProfileBuilder("test").read("/").datagram("deny").denySend("any!53");
        assertRefused(
                nobody,
                "datagram 'deny', because handler connect takes no part; add it to the profile's handlers;"
                        + " 'deny net/send any!53', because handler connect takes no part; add it to the profile's handlers");
        ProfileBuilder unseen = new ProfileBuilder("test")
                .read("/")
                .handler("connect")
                .datagram("any")
                .denySend("any!53");
        assertRefused(
                unseen,
                "'deny net/send any!53', because with datagram 'any' a send may name its destination unseen; write rules or"
                        + " deny");
    }

    private void assertRefused(ProfileBuilder profile, String reasons) {
        StartException refusal = assertThrows(StartException.class, () -> start(profile, "true"));
        assertEquals(
                "profile test cannot be enforced in full here: " + reasons + " (--degrade runs without)",
                refusal.getMessage());
    }

    private static ProfileBuilder limited(String limit, long value) {
        return new ProfileBuilder("test").read("/").write("/dev/null").limit(limit, value);
    }

    private Sandbox start(ProfileBuilder profile, String script) {
        return supervisor.start(SandboxSpec.of(
                profile.build(), Command.of("/bin/sh", "-c", script).withDirectory(folder)));
    }
}
