package org.sluice.core.ds;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.chain.HandlerDescription;
import org.sluice.core.chain.HandlerRegistry;
import org.sluice.core.chain.Registration;
import org.sluice.notify.SyscallHandler;

/**
 * The whiteboard: every {@link SyscallHandler} service is in the registry for as long as it is registered. The framework
 * calls {@link #removeHandler} while the service is being unregistered, so no call is left in a handler when its bundle
 * has stopped.
 */
@Component
public final class HandlerWhiteboard {

    private static final Logger LOG = LoggerFactory.getLogger(HandlerWhiteboard.class);

    private final HandlerRegistry registry;
    private final Map<ServiceReference<SyscallHandler>, Registration> registrations = new ConcurrentHashMap<>();

    /** Feeds {@code registry}. */
    @Activate
    public HandlerWhiteboard(@Reference HandlerRegistry registry) {
        this.registry = registry;
    }

    /** A service came. One that describes itself badly is logged and left out. */
    @Reference(
            name = "handler",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "updatedHandler",
            unbind = "removeHandler")
    void addHandler(SyscallHandler handler, ServiceReference<SyscallHandler> reference) {
        replace(handler, reference);
    }

    /** The properties of a service changed: it is added anew before it is taken out, so that no call is without it. */
    void updatedHandler(SyscallHandler handler, ServiceReference<SyscallHandler> reference) {
        replace(handler, reference);
    }

    /** A service goes. Returns when its calls are done, or after the drain time. */
    void removeHandler(ServiceReference<SyscallHandler> reference) {
        Registration gone = registrations.remove(reference);
        if (gone != null) {
            gone.close();
        }
    }

    private void replace(SyscallHandler handler, ServiceReference<SyscallHandler> reference) {
        HandlerDescription description;
        try {
            description = describe(reference);
        } catch (IllegalArgumentException e) {
            LOG.error("{}; the handler is left out", e.getMessage());
            removeHandler(reference);
            return;
        }
        Registration before = registrations.put(reference, registry.add(handler, description, bundle(reference)));
        if (before != null) {
            before.close();
        }
    }

    private static long bundle(ServiceReference<SyscallHandler> reference) {
        @Nullable Bundle bundle = reference.getBundle();
        return bundle == null ? -1 : bundle.getBundleId();
    }

    private HandlerDescription describe(ServiceReference<SyscallHandler> reference) {
        // A service that is unregistered at this moment has no bundle any more.
        @Nullable Bundle bundle = reference.getBundle();
        String version = bundle == null ? "0" : bundle.getVersion().toString();
        String origin = bundle == null ? "a bundle that stopped" : bundle.getSymbolicName() + " " + version;
        int ranking = reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer value ? value : 0;
        return HandlerDescription.of(
                FrameworkUtil.asMap(reference.getProperties()), ranking, version, origin, registry.names());
    }
}
