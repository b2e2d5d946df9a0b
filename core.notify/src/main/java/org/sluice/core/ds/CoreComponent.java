package org.sluice.core.ds;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.sluice.core.SandboxEvents;
import org.sluice.core.SandboxFactory;
import org.sluice.core.approval.ApprovalSettings;
import org.sluice.core.chain.HandlerRegistry;
import org.sluice.core.sandbox.Supervisor;
import org.sluice.core.sandbox.SupervisorSettings;
import org.sluice.core.trap.HostNames;

/**
 * Publishes the supervisor and its registry of handlers. When the framework stops, sandboxes end first: their handlers
 * are still there then, so no call on the way out is refused for want of one.
 */
@Component(
        immediate = true,
        service = {})
public final class CoreComponent {

    /** Framework property: the supervisor's own places in the file system, separated as in a class path. */
    private static final String PREMISES = "sluice.premises";

    /** Framework property: where the private temporary folders of sandboxes are made. */
    private static final String TEMPORARY = "sluice.temporary";

    /** Framework property: where answers to approvals are kept for good. */
    private static final String STATE = "sluice.state";

    /** Framework property: where it is kept which temporary folders there are. */
    private static final String RECORDS = "sluice.records";

    /** Framework property of Felix File Install: the folders that it reads, divided by commas. */
    private static final String FOLDERS = "felix.fileinstall.dir";

    private final BundleContext context;
    private final HandlerRegistry registry;
    private final Supervisor supervisor;
    private final SynchronousBundleListener listener = this::changed;
    private final List<ServiceRegistration<?>> services;

    @Activate
    public CoreComponent(BundleContext context) {
        SupervisorSettings settings = settings(context);
        this.context = context;
        this.registry = new HandlerRegistry(settings.timeouts(), new HostNames());
        this.supervisor = new Supervisor(settings, registry, () -> approvals(context), new ServiceBackends(context));
        context.addBundleListener(listener);
        this.services = List.of(
                context.registerService(HandlerRegistry.class, registry, null),
                context.registerService(
                        new String[] {SandboxFactory.class.getName(), Supervisor.class.getName()}, supervisor, null));
    }

    @Deactivate
    void stop() {
        context.removeBundleListener(listener);
        supervisor.close();
        services.forEach(ServiceRegistration::unregister);
        registry.close();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, unbind = "removeListener")
    void addListener(SandboxEvents events) {
        supervisor.add(events);
    }

    void removeListener(SandboxEvents events) {
        supervisor.remove(events);
    }

    private void changed(BundleEvent event) {
        if (event.getType() == BundleEvent.STOPPING && event.getBundle().getBundleId() == Constants.SYSTEM_BUNDLE_ID) {
            supervisor.endSandboxes();
        }
    }

    private static ApprovalSettings approvals(BundleContext context) {
        ServiceReference<ConfiguredApprovals> reference = context.getServiceReference(ConfiguredApprovals.class);
        @Nullable ConfiguredApprovals configured = reference == null ? null : context.getService(reference);
        return configured == null ? ApprovalSettings.standard() : configured.inForce(hasFile(context));
    }

    /** Whether one of the folders that configurations are read from has one for approvals. */
    private static boolean hasFile(BundleContext context) {
        @Nullable String folders = context.getProperty(FOLDERS);
        return folders != null
                && Arrays.stream(folders.split(",", -1))
                        .anyMatch(folder -> Files.exists(Path.of(folder, ConfiguredApprovals.PID + ".config")));
    }

    private static SupervisorSettings settings(BundleContext context) {
        SupervisorSettings standard = SupervisorSettings.standard();
        @Nullable String premises = context.getProperty(PREMISES);
        @Nullable String state = context.getProperty(STATE);
        @Nullable String temporary = context.getProperty(TEMPORARY);
        @Nullable String records = context.getProperty(RECORDS);
        return new SupervisorSettings(
                standard.timeouts(),
                standard.awaitHandlers(),
                premises == null
                        ? standard.premises()
                        : Arrays.stream(premises.split(":"))
                                .filter(place -> !place.isEmpty())
                                .map(Path::of)
                                .toList(),
                temporary == null ? standard.temporary() : Path.of(temporary),
                Optional.ofNullable(state).map(Path::of),
                new ServiceVerifiers(context),
                Optional.ofNullable(records).map(Path::of));
    }
}
