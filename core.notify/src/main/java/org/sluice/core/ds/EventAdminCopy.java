package org.sluice.core.ds;

import java.util.HashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.event.EventAdmin;
import org.osgi.service.event.EventConstants;
import org.sluice.core.ExitStatus;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxEvents;
import org.sluice.notify.Event;
import org.sluice.policy.DenialRecord;

/**
 * Posts what happens to EventAdmin, under {@value #TOPICS} and the names that the audit file has. Only a copy: an event
 * is delivered later, on another thread, and one that nobody hears is lost; the audit file is the record.
 *
 * <p>Properties are the columns of the audit file, {@code fields} laid out flat, and {@link EventConstants#TIMESTAMP} in
 * milliseconds since 1970. Thread-safe.
 */
@Component
public final class EventAdminCopy implements SandboxEvents {

    /** Before the name of an event. */
    static final String TOPICS = "org/sluice/audit/";

    private final EventAdmin admin;

    @Activate
    public EventAdminCopy(@Reference EventAdmin admin) {
        this.admin = admin;
    }

    @Override
    public void started(Sandbox sandbox) {
        post("sandbox-start", sandbox.name(), Map.of("pid", sandbox.main().pid()));
    }

    @Override
    public void ended(Sandbox sandbox, ExitStatus status) {
        post("sandbox-end", sandbox.name(), Map.of("status", status.shellCode()));
    }

    @Override
    public void denied(DenialRecord denial) {
        post(
                "denial",
                denial.sandbox(),
                Map.of(
                        EventConstants.TIMESTAMP,
                        denial.time().toEpochMilli(),
                        "pid",
                        denial.pid(),
                        "command",
                        denial.command(),
                        "syscall",
                        denial.syscall(),
                        "errno",
                        denial.errno(),
                        "operation",
                        denial.denial().operation(),
                        "target",
                        denial.denial().target(),
                        "reason",
                        denial.denial().reason(),
                        "remedy",
                        denial.denial().remedy()));
    }

    @Override
    public void event(String sandbox, Event event) {
        post(event.operation(), sandbox, event.fields());
    }

    private void post(String name, String sandbox, Map<String, ?> fields) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(EventConstants.TIMESTAMP, System.currentTimeMillis());
        properties.putAll(fields);
        properties.put("sandbox", sandbox);
        admin.postEvent(new org.osgi.service.event.Event(TOPICS + token(name), properties));
    }

    /** A handler may call its events what it likes; a topic may not. */
    private static String token(String name) {
        String token = name.replaceAll("[^A-Za-z0-9_-]", "_");
        return token.isEmpty() ? "_" : token;
    }
}
