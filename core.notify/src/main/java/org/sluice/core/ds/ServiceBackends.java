package org.sluice.core.ds;

import java.util.Collection;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.sluice.core.approval.Backends;
import org.sluice.notify.ApprovalBackend;
import org.sluice.notify.ApprovalBackend.Answer;
import org.sluice.notify.ApprovalRequest;

/**
 * The backends that are services, looked up for each question: where nobody is asked nobody is looked for. Of several with
 * one name the highest ranking is asked; one whose service goes while it asks is interrupted, and has not answered.
 */
final class ServiceBackends implements Backends {

    private final BundleContext context;

    ServiceBackends(BundleContext context) {
        this.context = context;
    }

    @Override
    public Answer ask(String name, ApprovalRequest request) throws InterruptedException {
        ServiceReference<ApprovalBackend> reference = find(name);
        @Nullable ApprovalBackend backend = context.getService(reference);
        if (backend == null) {
            throw missing(name);
        }
        Thread asking = Thread.currentThread();
        AtomicBoolean gone = new AtomicBoolean();
        ServiceListener listener = event -> {
            if (event.getType() == ServiceEvent.UNREGISTERING
                    && event.getServiceReference().equals(reference)) {
                gone.set(true);
                asking.interrupt();
            }
        };
        context.addServiceListener(listener);
        try {
            return backend.ask(request);
        } catch (InterruptedException e) {
            if (gone.get()) {
                throw new IllegalStateException("approval backend " + name + " has gone", e);
            }
            throw e;
        } finally {
            context.removeServiceListener(listener);
            context.ungetService(reference);
        }
    }

    private ServiceReference<ApprovalBackend> find(String name) {
        try {
            Collection<ServiceReference<ApprovalBackend>> all =
                    context.getServiceReferences(ApprovalBackend.class, "(" + ApprovalBackend.NAME + "=" + name + ")");
            if (all.isEmpty()) {
                throw missing(name);
            }
            return Collections.max(all);
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(name + " is no name of a backend", e);
        }
    }

    private static IllegalStateException missing(String name) {
        return new IllegalStateException("no approval backend " + name);
    }
}
