package org.sluice.trust.sigstore;

import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.sluice.policy.trust.BundleVerifiers;

/** Offers the verifiers as a service. No component: a command that only asks about a profile runs no component runtime. */
public final class Activator implements BundleActivator {

    @Override
    public void start(BundleContext context) {
        context.registerService(BundleVerifiers.class, new SigstoreVerifiers(), null);
    }

    @Override
    public void stop(BundleContext context) {
        // The framework takes the service back.
    }
}
