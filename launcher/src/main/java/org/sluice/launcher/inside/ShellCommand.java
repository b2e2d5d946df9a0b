package org.sluice.launcher.inside;

import java.util.concurrent.CountDownLatch;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.SynchronousBundleListener;
import org.sluice.core.LogLevels;

/** {@code sluice shell}: the shell's bundle runs the session; when it ends it stops the framework. */
final class ShellCommand {

    private final Request request;
    private final Services services;

    ShellCommand(Request request, Services services) {
        this.request = request;
        this.services = services;
    }

    int run() throws InterruptedException {
        BundleContext context = services.context();
        CountDownLatch stopping = new CountDownLatch(1);
        SynchronousBundleListener listener = event -> {
            if (event.getType() == BundleEvent.STOPPING
                    && event.getBundle().getBundleId() == Constants.SYSTEM_BUNDLE_ID) {
                stopping.countDown();
            }
        };
        context.addBundleListener(listener);
        Supervisor.hide();
        context.registerService(LogLevels.class, new Levels(request.levels()), null);
        request.handlers().run();
        stopping.await();
        return 0;
    }
}
