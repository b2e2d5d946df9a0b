package org.sluice.core.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.core.chain.Fixture.ADDRESS;
import static org.sluice.core.chain.Fixture.describe;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Verdict;

/** Two hundred swaps of each kind while four threads send calls as fast as they can: every call gets one right answer. */
@Timeout(120)
class SwapTest {

    private static final int SWAPS = 200;
    private static final int THREADS = 4;

    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicLong calls = new AtomicLong();

    /**
     * A version that stamps the answer of two handlers around the terminal; the terminal's own answer is 7.
     */
    private static SyscallHandler outer(int version) {
        return (call, chain) -> Verdict.value(chain.proceed(call).value() + version * 1000L);
    }

    @Test
    void registrationsUpdatesAndRankingsLoseNothing() throws InterruptedException {
        try (Fixture fixture = new Fixture()) {
            fixture.required = Set.of("swapped");
            fixture.add("first", Stage.OBSERVE, (call, chain) -> chain.proceed(call));
            fixture.add("decide", Stage.DECIDE, (call, chain) -> chain.proceed(call));
            AtomicInteger version = new AtomicInteger(1);
            List<Registration> present = new ArrayList<>();
            present.add(fixture.add(describe("swapped", Stage.TRANSLATE, 0, "1.0"), outer(1)));
            SandboxChain chain = fixture.open();
            Random random = new Random(42);
            underLoad(chain, version, () -> {
                for (int i = 0; i < SWAPS; i++) {
                    int next = version.get() + 1;
                    version.set(next);
                    int ranking = random.nextInt(3);
                    present.add(fixture.add(describe("swapped", Stage.TRANSLATE, ranking, "1." + next), outer(next)));
                    present.remove(random.nextInt(present.size())).close();
                    if (present.size() > 3) {
                        present.remove(0).close();
                    }
                }
            });
        }
        assertEquals(List.of(), List.copyOf(wrong));
        assertTrue(calls.get() > SWAPS, "only " + calls + " calls were made");
    }

    @Test
    void updatesThatStopTheOldVersionFirstLoseNothing() throws InterruptedException {
        try (Fixture fixture = new Fixture()) {
            fixture.required = Set.of("swapped");
            AtomicInteger version = new AtomicInteger(1);
            List<Registration> present = new ArrayList<>();
            present.add(fixture.add(describe("swapped", Stage.LEARN, 0, "1.0"), outer(1)));
            SandboxChain chain = fixture.open();
            underLoad(chain, version, () -> {
                for (int i = 0; i < SWAPS; i++) {
                    present.remove(0).close();
                    int next = version.get() + 1;
                    version.set(next);
                    present.add(fixture.add(describe("swapped", Stage.LEARN, 0, "1." + next), outer(next)));
                }
            });
        }
        assertEquals(List.of(), List.copyOf(wrong));
        assertTrue(calls.get() > SWAPS, "only " + calls + " calls were made");
    }

    @Test
    void updatesWithMigrationLoseNothing() throws InterruptedException {
        long counted;
        try (Fixture fixture = new Fixture()) {
            fixture.required = Set.of("swapped");
            AtomicInteger version = new AtomicInteger(1);
            List<Registration> present = new ArrayList<>();
            present.add(fixture.add(described(1), new Counting(1)));
            SandboxChain chain = fixture.open();
            underLoad(chain, version, () -> {
                for (int i = 0; i < SWAPS; i++) {
                    int next = version.get() + 1;
                    version.set(next);
                    present.add(fixture.add(described(next), new Counting(next)));
                    present.remove(0).close();
                }
            });
            int last = version.get();
            counted = fixture.state
                    .open("swapped", last)
                    .get("count" + last, Long.class)
                    .orElseThrow();
        }
        assertEquals(List.of(), List.copyOf(wrong));
        assertEquals(calls.get(), counted);
    }

    private static HandlerDescription described(int version) {
        HandlerDescription plain = describe("swapped", Stage.LEARN, 0, "1." + version);
        return new HandlerDescription(
                plain.name(),
                plain.stage(),
                version,
                plain.access(),
                plain.traps(),
                plain.ranking(),
                plain.version(),
                plain.origin());
    }

    /** Counts its calls in its state, under a key that changes with the schema. */
    private record Counting(int version) implements SyscallHandler {
        @Override
        public Verdict handle(org.sluice.notify.Call call, org.sluice.notify.Chain chain) {
            call.state().update("count" + version, old -> old == null ? 1L : (Long) old + 1);
            return Verdict.value(chain.proceed(call).value() + version * 1000L);
        }

        @Override
        public java.util.Map<String, Object> migrate(int schema, java.util.Map<String, Object> state) {
            Object count = state.get("count" + schema);
            return count == null ? java.util.Map.of() : java.util.Map.of("count" + version, count);
        }
    }

    /** Sends calls from four threads while {@code swaps} runs. */
    private void underLoad(SandboxChain chain, AtomicInteger newest, Runnable swaps) throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            Thread thread = new Thread(() -> {
                while (!stop.get()) {
                    send(chain, newest);
                }
            });
            thread.start();
            threads.add(thread);
        }
        try {
            swaps.run();
        } finally {
            stop.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private void send(SandboxChain chain, AtomicInteger newest) {
        Fixture.Answer answer = new Fixture.Answer();
        chain.dispatch(new Fixture.Bind(ADDRESS), answer);
        Verdict verdict = answer.await();
        calls.incrementAndGet();
        if (!verdict.succeeded()) {
            wrong.add("errno " + verdict.errno());
        } else if (verdict.value() % 1000 != 7 || verdict.value() / 1000 < 1 || verdict.value() / 1000 > newest.get()) {
            wrong.add("value " + verdict.value());
        }
        if (answer.count.get() != 1) {
            wrong.add(answer.count.get() + " answers");
        }
    }
}
