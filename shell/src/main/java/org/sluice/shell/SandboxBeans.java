package org.sluice.shell;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.ExitStatus;
import org.sluice.core.HandlerStatus;
import org.sluice.core.Latency;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxEvents;
import org.sluice.core.SandboxFactory;

/**
 * Offers the counters by JMX: {@code org.sluice:type=Sandbox,name=…} and {@code org.sluice:type=Handler,sandbox=…,name=…} in
 * the platform's server. In the shell's bundle, because who looks there has attached before. Thread-safe.
 */
@Component(immediate = true)
public final class SandboxBeans implements SandboxEvents {

    private static final Logger LOG = LoggerFactory.getLogger(SandboxBeans.class);

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final Map<String, List<ObjectName>> names = new HashMap<>();

    /** Made by Declarative Services. */
    @Activate
    public SandboxBeans(@Reference SandboxFactory factory) {
        factory.sandboxes().forEach(this::started);
    }

    @Deactivate
    synchronized void stop() {
        List.copyOf(names.keySet()).forEach(this::remove);
    }

    @Override
    public synchronized void started(Sandbox sandbox) {
        List<ObjectName> registered = names.computeIfAbsent(sandbox.name(), name -> new ArrayList<>());
        if (!registered.isEmpty()) {
            return;
        }
        String quoted = ObjectName.quote(sandbox.name());
        register(registered, "org.sluice:type=Sandbox,name=" + quoted, new SandboxBean(sandbox));
        for (String handler : sandbox.latencies().keySet()) {
            String name = "org.sluice:type=Handler,sandbox=" + quoted + ",name=" + ObjectName.quote(handler);
            register(registered, name, new HandlerBean(sandbox, handler));
        }
        if (sandbox.end().isDone()) {
            // It ended while this was found out, and nobody tells.
            remove(sandbox.name());
        }
    }

    @Override
    public synchronized void ended(Sandbox sandbox, ExitStatus status) {
        remove(sandbox.name());
    }

    private void register(List<ObjectName> registered, String name, Object bean) {
        try {
            ObjectName made = new ObjectName(name);
            server.registerMBean(bean, made);
            registered.add(made);
        } catch (InstanceAlreadyExistsException e) {
            LOG.debug("{} belongs to another supervisor of this JVM", name, e);
        } catch (JMException e) {
            LOG.warn("{} cannot be offered by JMX: {}", name, e.toString());
        }
    }

    private void remove(String sandbox) {
        List<ObjectName> registered = names.remove(sandbox);
        for (ObjectName name : registered == null ? List.<ObjectName>of() : registered) {
            try {
                server.unregisterMBean(name);
            } catch (JMException e) {
                LOG.debug("{} was gone", name, e);
            }
        }
    }

    private record SandboxBean(Sandbox sandbox) implements SandboxMXBean {

        @Override
        public String getName() {
            return sandbox.name();
        }

        @Override
        public long getPid() {
            return sandbox.main().pid();
        }

        @Override
        public long getDenied() {
            return sandbox.denialSummary().count();
        }

        @Override
        public boolean isLocked() {
            return sandbox.rules().isLocked();
        }
    }

    private record HandlerBean(Sandbox sandbox, String name) implements HandlerMXBean {

        private static final Latency NONE = new Latency(0, 0, 0);

        private HandlerStatus status() {
            return sandbox.handlers().stream()
                    .filter(handler -> handler.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("handler " + name + " takes no part any more"));
        }

        private Latency latency() {
            return sandbox.latencies().getOrDefault(name, NONE);
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public String getBundle() {
            return status().origin();
        }

        @Override
        public String getState() {
            return status().state();
        }

        @Override
        public long getCalls() {
            return status().calls();
        }

        @Override
        public long getFailures() {
            return status().failures();
        }

        @Override
        public long getP50Nanos() {
            return latency().p50();
        }

        @Override
        public long getP99Nanos() {
            return latency().p99();
        }
    }
}
