package org.sluice.core.ds;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.core.LiveSettings;
import org.sluice.core.chain.ChainTimeouts;
import org.sluice.core.sandbox.Supervisor;

/** The times of the supervisor, under {@value #PID}. Made when somebody looks at them. */
@Component
public final class SupervisorKeys implements LiveSettings {

    static final String PID = "org.sluice.supervisor";

    private static final String BUDGET = "handler-time";
    private static final String DRAIN = "drain";
    private static final String GRACE = "swap-grace";
    private static final String WINDOW = "quarantine-window";
    private static final String PATIENCE = "await-handlers";
    private static final List<String> KEYS = List.of(BUDGET, DRAIN, GRACE, WINDOW, PATIENCE);
    private static final Duration STANDARD_PATIENCE = Duration.ofSeconds(10);

    private final Supervisor supervisor;

    /** Made by Declarative Services. */
    @Activate
    public SupervisorKeys(@Reference Supervisor supervisor) {
        this.supervisor = supervisor;
    }

    @Override
    public String pid() {
        return PID;
    }

    @Override
    public List<Setting> settings() {
        ChainTimeouts now = supervisor.timeouts();
        ChainTimeouts standard = ChainTimeouts.standard();
        return List.of(
                setting(BUDGET, now.budget(), standard.budget(), "a handler's own time for one call"),
                setting(DRAIN, now.drain(), standard.drain(), "how long a handler that leaves may finish its calls"),
                setting(GRACE, now.grace(), standard.grace(), "how long calls wait for the successor of a handler"),
                setting(WINDOW, now.window(), standard.window(), "five failures within this mean quarantine"),
                setting(
                        PATIENCE,
                        supervisor.awaitHandlers(),
                        STANDARD_PATIENCE,
                        "how long a start or a swap waits for a handler"));
    }

    private static Setting setting(String key, Duration value, Duration standard, String meaning) {
        return new Setting(key, Keys.text(value), Keys.text(standard), meaning);
    }

    @Override
    public void change(Map<String, ?> properties) {
        apply(supervisor, properties);
    }

    static void apply(Supervisor supervisor, Map<String, ?> properties) {
        Keys.requireKnown(PID, properties, KEYS);
        ChainTimeouts standard = ChainTimeouts.standard();
        ChainTimeouts timeouts = new ChainTimeouts(
                Keys.time(PID, properties, BUDGET, standard.budget()),
                Keys.time(PID, properties, DRAIN, standard.drain()),
                Keys.time(PID, properties, GRACE, standard.grace()),
                Keys.time(PID, properties, WINDOW, standard.window()));
        supervisor.configure(timeouts, Keys.time(PID, properties, PATIENCE, STANDARD_PATIENCE));
    }
}
