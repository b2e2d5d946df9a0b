package org.sluice.core.ds;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.LiveSettings;
import org.sluice.core.approval.ApprovalSettings;

/** What Configuration Admin says of approvals, under {@value #PID}. Made when the first question is asked. */
@Component(
        service = {ConfiguredApprovals.class, LiveSettings.class},
        configurationPid = ConfiguredApprovals.PID)
@Designate(ocd = ConfiguredApprovals.Config.class)
public final class ConfiguredApprovals implements LiveSettings {

    static final String PID = "org.sluice.approvals";

    private static final String TIMEOUT = "timeout";
    private static final String RATE = "rate";
    private static final String BURST = "burst";

    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredApprovals.class);

    /** How long the first question waits for a configuration that is on its way; far longer than it takes. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private volatile ApprovalSettings settings = ApprovalSettings.standard();
    private boolean arrived;

    /** What can be set. */
    @ObjectClassDefinition(name = "Sluice approvals", description = "How a supervisor asks what no grant allows")
    public @interface Config {

        /** How long an answer is waited for, in seconds. */
        @AttributeDefinition(description = "How long an answer is waited for, in seconds")
        int timeout() default 60;

        /** Questions a second that one sandbox may raise in the long run. */
        @AttributeDefinition(description = "Questions a second that one sandbox may raise in the long run")
        double rate() default 10;

        /** Questions that one sandbox may raise at once. */
        @AttributeDefinition(description = "Questions that one sandbox may raise at once")
        int burst() default 5;
    }

    /** Made by Declarative Services. */
    @Activate
    public ConfiguredApprovals(Map<String, Object> properties) {
        configured(properties);
    }

    /** Running sandboxes go by it from their next question on. */
    @Modified
    synchronized void configured(Map<String, Object> properties) {
        // Without a configuration a component has no pid.
        arrived |= properties.containsKey(Constants.SERVICE_PID);
        notifyAll();
        try {
            change(properties);
        } catch (IllegalArgumentException e) {
            LOG.error("{}; it stays as it was", e.getMessage());
        }
    }

    @Override
    public void change(Map<String, ?> properties) {
        Keys.requireKnown(PID, properties, List.of(TIMEOUT, RATE, BURST));
        ApprovalSettings standard = ApprovalSettings.standard();
        int seconds = (int) standard.timeout().toSeconds();
        Duration timeout = Duration.ofSeconds(Keys.whole(PID, properties, TIMEOUT, seconds));
        double rate = Keys.number(PID, properties, RATE, standard.rate());
        int burst = Keys.whole(PID, properties, BURST, standard.burst());
        try {
            settings = new ApprovalSettings(timeout, rate, burst);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(PID + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String pid() {
        return PID;
    }

    @Override
    public List<Setting> settings() {
        ApprovalSettings now = settings;
        ApprovalSettings standard = ApprovalSettings.standard();
        return List.of(
                new Setting(
                        TIMEOUT,
                        Long.toString(now.timeout().toSeconds()),
                        Long.toString(standard.timeout().toSeconds()),
                        "how long an answer is waited for, in seconds"),
                new Setting(
                        RATE,
                        Double.toString(now.rate()),
                        Double.toString(standard.rate()),
                        "questions a second of one sandbox in the long run"),
                new Setting(
                        BURST,
                        Integer.toString(now.burst()),
                        Integer.toString(standard.burst()),
                        "questions of one sandbox at once"));
    }

    /**
     * What holds now.
     *
     * @param expected whether there is a configuration that may not have been read yet: a target starts before all of the
     *     supervisor has. The first question waits for it, and no further one if it does not come.
     */
    synchronized ApprovalSettings inForce(boolean expected) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (expected && !arrived) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                LOG.error("{}: the file in conf/ has not been read; the standard holds", PID);
                arrived = true;
                break;
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        return settings;
    }
}
