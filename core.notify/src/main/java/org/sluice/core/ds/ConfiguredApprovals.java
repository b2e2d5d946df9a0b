package org.sluice.core.ds;

import java.time.Duration;
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

    private volatile ApprovalSettings settings = ApprovalSettings.standard();

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
    public ConfiguredApprovals(Config config) {
        change(config);
    }

    /** Running sandboxes go by it from their next question on. */
    @Modified
    void change(Config config) {
        try {
            settings = new ApprovalSettings(Duration.ofSeconds(config.timeout()), config.rate(), config.burst());
        } catch (IllegalArgumentException e) {
            LOG.error("{}: {}; it stays as it was", PID, e.getMessage());
        }
    }

    ApprovalSettings settings() {
        return settings;
    }
}
