package org.sluice.core.ds;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.event.EventAdmin;
import org.osgi.service.event.EventConstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

    private static final Logger LOG = LoggerFactory.getLogger(EventAdminCopy.class);

    /** Before the name of an event. */
    static final String TOPICS = "org/sluice/audit/";

    private final EventAdmin admin;

    /** EventAdmin keeps the order of one thread's events, and those of a sandbox come from several. */
    private final ExecutorService poster = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "sluice-events");
        thread.setDaemon(true);
        return thread;
    });

    @Activate
    public EventAdminCopy(@Reference EventAdmin admin) {
        this.admin = admin;
    }

    @Deactivate
    void stop() {
        poster.shutdown();
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
        org.osgi.service.event.Event event = new org.osgi.service.event.Event(TOPICS + token(name), properties);
        try {
            poster.execute(() -> admin.postEvent(event));
        } catch (RejectedExecutionException e) {
            LOG.debug("{} came after the end", event, e);
        }
    }

    /** A handler may call its events what it likes; a topic may not. */
    private static String token(String name) {
        String token = name.replaceAll("[^A-Za-z0-9_-]", "_");
        return token.isEmpty() ? "_" : token;
    }
}
