package org.sluice.core.ds;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;
import org.osgi.service.event.EventConstants;
import org.sluice.notify.Denial;
import org.sluice.policy.DenialRecord;

class EventAdminCopyTest {

    private final List<Event> posted = new ArrayList<>();
    private final EventAdminCopy copy = new EventAdminCopy(new EventAdmin() {
        @Override
        public void postEvent(Event event) {
            posted.add(event);
        }

        @Override
        public void sendEvent(Event event) {
            throw new AssertionError("the target's call would wait for who listens");
        }
    });

    @Test
    void aDenialIsPostedWithItsTimeAndEverythingThatTheAuditFileHas() {
        Instant time = Instant.parse("2026-01-02T03:04:05Z");
        Denial denial = new Denial("net/connect", "192.0.2.1!443", "no grant", "--allow-connect '192.0.2.1!443'");
        copy.denied(new DenialRecord(time, "box", 7, "curl", "connect", 13, denial));
        Event event = posted.get(0);
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
        assertEquals(
                List.of("org/sluice/audit/safe-bind", "org/sluice/audit/a_b__", "org/sluice/audit/_"),
                posted.stream().map(Event::getTopic).toList());
        assertEquals("127.0.0.1!80", posted.get(0).getProperty("address"));
        assertEquals("box", posted.get(1).getProperty("sandbox"));
    }
}
