package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.core.StartException;
import org.sluice.notify.Address;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Handler;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;
import org.sluice.policy.ProfileLoader;

/** What the other attacks leave out of the design's invariants; the package's documentation has the list. */
class InvariantTest {

    private static final int TRIES = 2000;

    @TempDir
    private Path folder;

    /** Notes the address of each call, and compares with what others noted. */
    private abstract static class Witness implements SyscallHandler {

        private final Map<Long, Optional<Address>> seen;
        private final AtomicInteger contradictions;

        Witness(Map<Long, Optional<Address>> seen, AtomicInteger contradictions) {
            this.seen = seen;
            this.contradictions = contradictions;
        }

        @Override
        public Verdict handle(Call call, Chain chain) {
            Optional<Address> address = call.address();
            Optional<Address> before = seen.putIfAbsent(call.id(), address);
            Verdict verdict = chain.proceed(call);
            if ((before != null && !before.equals(address)) || !call.address().equals(address)) {
                contradictions.incrementAndGet();
            }
            return verdict;
        }
    }

    @Handler(name = "org.test.first", stage = Stage.OBSERVE)
    @Traps("connect")
    private static final class First extends Witness {
        First(Map<Long, Optional<Address>> seen, AtomicInteger contradictions) {
            super(seen, contradictions);
        }
    }

    @Handler(name = "org.test.second", stage = Stage.DECIDE)
    @Traps("connect")
    private static final class Second extends Witness {
        Second(Map<Long, Optional<Address>> seen, AtomicInteger contradictions) {
            super(seen, contradictions);
        }
    }

    @Handler(name = "org.test.third", stage = Stage.TRANSLATE)
    @Traps("connect")
    private static final class Third extends Witness {
        Third(Map<Long, Optional<Address>> seen, AtomicInteger contradictions) {
            super(seen, contradictions);
        }
    }

    @Test
    void everyHandlerSeesTheSameCopy() throws Exception {
        String program = Programs.compile(folder, "race").toString();
        Map<Long, Optional<Address>> seen = new ConcurrentHashMap<>();
        AtomicInteger contradictions = new AtomicInteger();
        try (Arena arena = Arena.standard(folder, List.of())) {
            arena.add(new First(seen, contradictions));
            arena.add(new Second(seen, contradictions));
            arena.add(new Third(seen, contradictions));
            Arena.Result result = arena.run(
                    Arena.profile("\"network\": { \"connect\": \"allow\" }, \"handlers\": { \"org.test.first\": {},"
                            + " \"org.test.second\": {}, \"org.test.third\": {} }"),
                    program,
                    "connect-in",
                    Integer.toString(TRIES),
                    // Nobody listens on these two, which need not be forbidden here.
                    "1",
                    "2");
            assertEquals(0, result.status());
        }
        assertEquals(TRIES, seen.size());
        assertEquals(2, seen.values().stream().distinct().count(), "the address did not change");
        assertEquals(0, contradictions.get());
    }

    @Test
    void unreadableMemoryIsAnErrno() throws Exception {
        String program = Programs.compile(folder, "badptr").toString();
        Process natively = new ProcessBuilder(program).start();
        String expected = new String(natively.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, natively.waitFor());
        assertTrue(expected.contains("bind cut -14\n"), expected);
        try (Arena arena = Arena.standard(folder, List.of())) {
            for (String profile : List.of("default", "server", "open")) {
                Arena.Result result = arena.run(new ProfileLoader().load(profile), program);
                assertEquals(expected, result.output(), profile);
            }
        }
    }

    @Test
    void callsThatNobodyAskedForAreNative() throws Exception {
        String program = Programs.compile(folder, "native").toString();
        try (Arena arena = Arena.standard(folder, List.of())) {
            for (String profile : List.of("default", "server", "open")) {
                Arena.Result result = arena.run(new ProfileLoader().load(profile), program);
                assertEquals(0, result.status());
                // 5000 calls; anything may make a process wait now and then.
                assertTrue(Integer.parseInt(result.output().strip()) < 500, profile + ": " + result.output());
            }
        }
    }

    /** What each send costs, by what the profile says of datagrams: a thousand of them, as the manual's table has it. */
    @ParameterizedTest
    @CsvSource({
        "sendmsg, default, true",
        "sendmmsg, default, true",
        "sendto, default, true",
        "fastopen, default, true",
        "sendmsg, open, false",
        "sendmmsg, open, false",
        "sendto, open, true",
        "fastopen, open, true"
    })
    void aMessageIsTrappedWhereItIsDecided(String call, String profile, boolean trapped) throws Exception {
        String program = Programs.compile(folder, "native").toString();
        try (Arena arena = Arena.standard(folder, List.of())) {
            Arena.Result result = arena.run(new ProfileLoader().load(profile), program, call);
            assertEquals(0, result.status());
            int switches = Integer.parseInt(result.output().strip());
            assertTrue(trapped ? switches > 500 : switches < 100, call + " under " + profile + ": " + switches);
        }
    }

    @Test
    void aGrantOnThePremisesStopsTheRun() throws Exception {
        Path outer = Files.createDirectory(folder.resolve("outer"));
        Path premises = Files.createDirectory(outer.resolve("home"));
        Path inner = Files.createDirectory(premises.resolve("deploy"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), inner);
        try (Arena arena = Arena.standard(folder, List.of(premises))) {
            for (Path granted : List.of(outer, premises, inner, link)) {
                String text = "{ \"extends\": \"default\", \"files\": { \"write\": [\"" + granted + "\"] } }";
                StartException refused = assertThrows(
                        StartException.class,
                        () -> arena.run(
                                new ProfileLoader().parse(text.getBytes(StandardCharsets.UTF_8), "test"), "/bin/true"));
                assertTrue(refused.getMessage().contains(premises.toString()), refused.getMessage());
            }
        }
    }
}
