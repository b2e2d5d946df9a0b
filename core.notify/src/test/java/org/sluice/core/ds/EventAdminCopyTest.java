package org.sluice.core.ds;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;
import org.osgi.service.event.EventConstants;
import org.sluice.notify.Denial;
import org.sluice.policy.DenialRecord;

class EventAdminCopyTest {

    private final BlockingQueue<Event> posted = new LinkedBlockingQueue<>();
    private final Set<Thread> posters = ConcurrentHashMap.newKeySet();
    private final EventAdminCopy copy = new EventAdminCopy(new EventAdmin() {
        @Override
        public void postEvent(Event event) {
            posters.add(Thread.currentThread());
            posted.add(event);
        }

        @Override
        public void sendEvent(Event event) {
            throw new AssertionError("the target's call would wait for who listens");
        }
    });

    @AfterEach
    void stop() {
        copy.stop();
    }

    @Test
    void aDenialIsPostedWithItsTimeAndEverythingThatTheAuditFileHas() {
        Instant time = Instant.parse("2026-01-02T03:04:05Z");
        Denial denial = new Denial("net/connect", "192.0.2.1!443", "no grant", "--allow-connect '192.0.2.1!443'");
        copy.denied(new DenialRecord(time, "box", 7, "curl", "connect", 13, denial));
        Event event = next();
        assertEquals("org/sluice/audit/denial", event.getTopic());
        assertEquals(time.toEpochMilli(), event.getProperty(EventConstants.TIMESTAMP));
        assertEquals(
                List.of("box", 7, "curl", "connect", 13, "net/connect", "192.0.2.1!443", "no grant", denial.remedy()),
                List.of("sandbox", "pid", "command", "syscall", "errno", "operation", "target", "reason", "remedy")
                        .stream()
                        .map(event::getProperty)
                        .toList());
    }

    @Test
    void aHandlersNameForItsEventMakesNoOtherTopic() {
        copy.event("box", new org.sluice.notify.Event("safe-bind", Map.of("address", "127.0.0.1!80")));
        copy.event("box", new org.sluice.notify.Event("a/b *", Map.of("sandbox", "another")));
        copy.event("box", new org.sluice.notify.Event("", Map.of()));
        Event first = next();
        Event second = next();
        assertEquals(
                List.of("org/sluice/audit/safe-bind", "org/sluice/audit/a_b__", "org/sluice/audit/_"),
                Stream.of(first, second, next()).map(Event::getTopic).toList());
        assertEquals("127.0.0.1!80", first.getProperty("address"));
        assertEquals("box", second.getProperty("sandbox"));
    }

    /** What threads tell one after another arrives in that order. */
    @Test
    void theOrderIsKeptWhoeverTells() throws Exception {
        int count = 200;
        for (int i = 0; i < count; i++) {
            String name = "event-" + i;
            Thread teller = new Thread(() -> copy.event("box", new org.sluice.notify.Event(name, Map.of())));
            teller.start();
            teller.join();
        }
        for (int i = 0; i < count; i++) {
            assertEquals("org/sluice/audit/event-" + i, next().getTopic());
        }

        assertEquals(1, posters.size(), "EventAdmin keeps the order of one thread's events alone");
    }

    private Event next() {
        try {
            return Objects.requireNonNull(posted.poll(1, TimeUnit.MINUTES), "nothing was posted");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
