package org.sluice.core.ds;

import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.sandbox.Supervisor;

/** Hands on what Configuration Admin says under {@value SupervisorKeys#PID}. Made only if it says something. */
@Component(
        immediate = true,
        service = {},
        configurationPid = SupervisorKeys.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class ConfiguredSupervisor {

    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredSupervisor.class);

    private final Supervisor supervisor;

    /** Made by Declarative Services. */
    @Activate
    public ConfiguredSupervisor(@Reference Supervisor supervisor, Map<String, Object> properties) {
        this.supervisor = supervisor;
        change(properties);
    }

    /** Running sandboxes go by it from now on. */
    @Modified
    void change(Map<String, Object> properties) {
        try {
            SupervisorKeys.apply(supervisor, properties);
        } catch (IllegalArgumentException e) {
            LOG.error("{}; it stays as it was", e.getMessage());
        }
    }

    /** The configuration was deleted. */
    @Deactivate
    void reset() {
        SupervisorKeys.apply(supervisor, Map.of());
    }
}
