package org.sluice.core.ds;

import java.time.Duration;
import java.util.List;
import java.util.Map;
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
    public ConfiguredApprovals(Map<String, Object> properties) {
        configured(properties);
    }

    /** Running sandboxes go by it from their next question on. */
    @Modified
    void configured(Map<String, Object> properties) {
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

    ApprovalSettings inForce() {
        return settings;
    }
}
