package org.sluice.core.ds;

import java.time.Duration;
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
import org.sluice.core.approval.ApprovalSettings;

/** What Configuration Admin says of approvals, under {@value #PID}. Made when the first question is asked. */
@Component(service = ConfiguredApprovals.class, configurationPid = ConfiguredApprovals.PID)
@Designate(ocd = ConfiguredApprovals.Config.class)
public final class ConfiguredApprovals {

    static final String PID = "org.sluice.approvals";

    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredApprovals.class);

    /** How long the first question waits for a configuration that is on its way; far longer than it takes. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private ApprovalSettings settings = ApprovalSettings.standard();
    private boolean configured;

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
    public ConfiguredApprovals(Config config, Map<String, Object> properties) {
        change(config, properties);
    }

    /** Running sandboxes go by it from their next question on. */
    @Modified
    synchronized void change(Config config, Map<String, Object> properties) {
        // Without a configuration a component has no pid.
        configured |= properties.containsKey(Constants.SERVICE_PID);
        notifyAll();
        try {
            settings = new ApprovalSettings(Duration.ofSeconds(config.timeout()), config.rate(), config.burst());
        } catch (IllegalArgumentException e) {
            LOG.error("{}: {}; it stays as it was", PID, e.getMessage());
        }
    }

    /**
     * What holds now.
     *
     * @param expected whether there is a configuration that may not have been read yet: a target starts before all of the
     *     supervisor has. The first question waits for it, and no further one if it does not come.
     */
    synchronized ApprovalSettings settings(boolean expected) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (expected && !configured) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                LOG.error("{}: the file in conf/ has not been read; the standard holds", PID);
                configured = true;
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
