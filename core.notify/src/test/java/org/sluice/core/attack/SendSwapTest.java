package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.Sandbox;
import org.sluice.core.chain.ChainTimeouts;
import org.sluice.core.chain.Registration;
import org.sluice.handler.bind.SafeBind;
import org.sluice.handler.connect.NetworkRules;
import org.sluice.handler.portmap.PortMapping;
import org.sluice.handler.unix.UnixAllowlist;
import org.sluice.linux.Linux;
import org.sluice.notify.SyscallHandler;
import org.sluice.policy.Profile;

/**
 * Handlers that a sendmmsg(2) passes are exchanged under it, again and again, also while it waits for room in the kernel: no
 * message is sent twice or lost, and the target is told how many went. The target is {@code series.c}, whose receiver stops
 * now and then; a handler that leaves has so little time that calls are taken out of it.
 */
@Timeout(300)
class SendSwapTest {

    private static final int MESSAGES = 8_000;
    private static final int FEWEST_SWAPS = 50;

    private static final ChainTimeouts HASTY = new ChainTimeouts(
            Duration.ofSeconds(5), Duration.ofMillis(5), Duration.ofSeconds(5), Duration.ofSeconds(10));

    private static final Profile PROFILE = Arena.profile("\"network\": { \"connect\": \"allow\", \"bind\": \"allow\","
            + " \"send\": \"allow\" }, \"unix\": { \"default\": \"allow\" }, \"datagram\": \"rules\","
            + " \"handlers\": { \"bind\": {}, \"connect\": {}, \"portmap\": {}, \"unix\": {} }");

    private static final List<String> NAMES = List.of("connect", "unix", "portmap");

    /** A new version of a handler that sees sendmmsg(2). */
    private static SyscallHandler version(String name) {
        return switch (name) {
            case "connect" -> new NetworkRules();
            case "unix" -> new UnixAllowlist();
            case "portmap" -> new PortMapping();
            default -> throw new IllegalArgumentException(name);
        };
    }

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"connect", "unix", "portmap"})
    void noMessageIsSentTwiceOrLost(String swapped) throws Exception {
        Path program = Programs.compile(folder, "series");
        Path said = folder.resolve("said");
        int fd = Arena.open(said);
        int swaps = 0;
        try (Arena arena = new Arena(folder, HASTY, List.of())) {
            arena.add(new SafeBind());
            List<Registration> present = new ArrayList<>();
            for (String each : NAMES) {
                Registration added = arena.add(version(each));
                if (each.equals(swapped)) {
                    present.add(added);
                }
            }
            try (Sandbox sandbox = arena.start(PROFILE, fd, program.toString(), Integer.toString(MESSAGES))) {
                while (!sandbox.end().isDone()) {
                    present.add(arena.add(version(swapped)));
                    present.remove(0).close();
                    swaps++;
                }
                assertEquals(0, sandbox.end().get(1, TimeUnit.MINUTES).shellCode(), Files.readString(said));
            }
        } finally {
            Linux.close(fd);
        }
        String[] words = Files.readString(said).strip().split(" ", -1);
        assertEquals("sent " + MESSAGES + " of " + MESSAGES, words[0] + " " + words[1] + " of " + words[3]);
        System.out.println("sendmmsg under " + swapped + ": " + String.join(" ", words) + ", swaps " + swaps);
        assertTrue(swaps > FEWEST_SWAPS, "only " + swaps + " swaps");
        // Whoever takes a call over ends its series after the message in hand. Out of a decider nothing is taken: it
        // has
        // answered before the call is performed. A call may fail and is made again: its thread was in a handler for as
        // long as a departure waits, and nothing had been sent.
        assertEquals(swapped.equals("portmap"), Integer.parseInt(words[5]) > 0, "whether calls were taken over");
    }
}
