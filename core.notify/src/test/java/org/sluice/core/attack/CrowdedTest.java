package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Handler;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;

/** Calls that processes of one sandbox make at the same time: none is lost, answered twice or with another's answer. */
class CrowdedTest {

    private static final int PROCESSES = 4;
    private static final long COUNT = 40_000;

    /** More than what the watchdog brings about: each millisecond it may let another thread receive. */
    private static final long OFTEN = 5000;

    @TempDir
    private Path folder;

    /** Numbers the calls, and counts how often the next one is handled by another thread. */
    @Handler(name = "org.test.teller", stage = Stage.ANSWER)
    @Traps("getppid")
    private static final class Teller implements SyscallHandler {

        final AtomicLong next = new AtomicLong();
        final AtomicLong switches = new AtomicLong();
        private final AtomicReference<Thread> last = new AtomicReference<>();

        @Override
        public Verdict handle(Call call, Chain chain) {
            Thread thread = Thread.currentThread();
            if (last.getAndSet(thread) != thread) {
                switches.incrementAndGet();
            }
            return Verdict.value(next.getAndIncrement());
        }
    }

    @Test
    void eachCallHasItsOwnAnswer() throws Exception {
        String program = Programs.compile(folder, "crowd").toString();
        Teller teller = new Teller();
        try (Arena arena = Arena.standard(folder, List.of())) {
            arena.add(teller);
            Arena.Result result = arena.run(
                    Arena.profile("\"handlers\": { \"org.test.teller\": {} }"),
                    program,
                    Integer.toString(PROCESSES),
                    Long.toString(COUNT));
            long calls = PROCESSES * COUNT;
            assertEquals(calls + " calls, sum " + calls * (calls - 1) / 2 + "\n", result.output());
            assertEquals(calls, teller.next.get());
        }
        if (Runtime.getRuntime().availableProcessors() > 1) {
            assertTrue(teller.switches.get() > OFTEN, () -> "a second thread received: " + teller.switches);
        }
    }
}
