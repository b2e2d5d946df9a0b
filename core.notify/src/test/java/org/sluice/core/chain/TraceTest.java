package org.sluice.core.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.sluice.core.chain.Fixture.bind;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sluice.core.TraceFeed;
import org.sluice.core.TraceRecord;
import org.sluice.notify.Denial;
import org.sluice.notify.Stage;
import org.sluice.notify.Verdict;

class TraceTest {

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private static String told(TraceRecord record) {
        return record.call() + " " + record.outcome() + " " + record.result() + " " + record.handler();
    }

    @Test
    void saysWhatWasAnsweredAndByWhom() {
        AtomicReference<String> mode = new AtomicReference<>("");
        Verdict denied = Verdict.deny(new Denial("net/bind", "x", "y", ""));
        fixture.add("learn", Stage.LEARN, (call, rest) -> rest.proceed(call));
        fixture.add("decide", Stage.DECIDE, (call, rest) -> "deny".equals(mode.get()) ? denied : rest.proceed(call));
        fixture.add(
                "answer",
                Stage.ANSWER,
                (call, rest) -> "answer".equals(mode.get()) ? Verdict.value(5) : rest.proceed(call));
        SandboxChain chain = fixture.open();
        bind(chain);
        try (TraceFeed feed = chain.trace()) {
            bind(chain);
            mode.set("deny");
            bind(chain);
            mode.set("answer");
            bind(chain);
            List<TraceRecord> records = feed.next();
            assertEquals(
                    List.of("bind ok 7 ", "bind denied EACCES decide", "bind ok 5 answer"),
                    records.stream().map(TraceTest::told).toList());
            assertEquals(List.of(), feed.next());
            assertEquals(0, feed.dropped());
            assertEquals(Fixture.ADDRESS.toString(), argument(records.get(0), "addr"));
        }
    }

    private static String argument(TraceRecord record, String name) {
        for (String each : record.arguments().split(", ", -1)) {
            String[] pair = each.split("=", 2);
            if (pair[0].contains(name)) {
                return pair[1];
            }
        }
        throw new AssertionError(record.toString());
    }

    @Test
    void whoReadsTooLateKnowsWhatIsMissing() {
        Trace trace = new Trace();
        assertNull(trace.ifRead());
        TraceFeed late = trace.open();
        TraceFeed other = trace.open();
        assertNotNull(trace.ifRead());
        for (int i = 0; i < 5000; i++) {
            trace.add(TraceTest::record);
            if (i == 2500) {
                assertEquals(2501, other.next().size());
            }
        }
        List<TraceRecord> kept = late.next();
        assertEquals(4096, kept.size());
        assertEquals(5000 - 4096, kept.get(0).number());
        assertEquals(5000 - 4096, late.dropped());
        assertEquals(2499, other.next().size());
        assertEquals(0, other.dropped());
        late.close();
        late.close();
        assertNotNull(trace.ifRead());
        other.close();
        assertNull(trace.ifRead());
    }

    /** Every record is either read or counted, whatever the speed of the two sides. */
    @Test
    void nothingIsLostUncounted() throws InterruptedException {
        Trace trace = new Trace();
        List<Thread> writers = new ArrayList<>();
        try (TraceFeed feed = trace.open()) {
            for (int i = 0; i < 4; i++) {
                Thread writer = new Thread(() -> {
                    for (int j = 0; j < 50_000; j++) {
                        trace.add(TraceTest::record);
                    }
                });
                writers.add(writer);
                writer.start();
            }
            long read = 0;
            long last = -1;
            boolean over = false;
            while (!over) {
                over = writers.stream().noneMatch(Thread::isAlive);
                for (TraceRecord record : feed.next()) {
                    assertEquals(true, record.number() > last);
                    last = record.number();
                    read++;
                }
            }
            for (Thread writer : writers) {
                writer.join();
            }
            assertEquals(200_000, read + feed.dropped());
        }
    }

    /** A writer that is overtaken between its number and its slot stands in nobody's way. */
    @Test
    void whoWritesTooLateHidesNothing() {
        Trace trace = new Trace();
        try (TraceFeed feed = trace.open()) {
            trace.add(number -> {
                for (int i = 0; i < 4096; i++) {
                    trace.add(TraceTest::record);
                }
                return record(number);
            });
            assertEquals(4096, feed.next().size());
            assertEquals(1, feed.dropped());
        }
    }

    private static TraceRecord record(long number) {
        return new TraceRecord(number, Instant.EPOCH, "box", 1, "c", "bind", "", "ok", "0", "", 1);
    }
}
