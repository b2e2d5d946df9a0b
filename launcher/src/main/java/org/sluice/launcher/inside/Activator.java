package org.sluice.launcher.inside;

import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.ToIntFunction;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** Offers the launcher's services before Declarative Services are there: a command line is worked out while they start. */
public final class Activator implements BundleActivator {

    private static final Map<String, String> PROPERTIES = Map.of("sluice.entry", "command");

    @Override
    public void start(BundleContext context) {
        Entry entry = new Entry(new Services(context));
        context.registerService(ToIntFunction.class, entry, FrameworkUtil.asDictionary(PROPERTIES));
        context.registerService(IntConsumer.class, new Leave(), FrameworkUtil.asDictionary(PROPERTIES));
    }

    @Override
    public void stop(BundleContext context) {
        // The framework takes the services back.
    }
}
