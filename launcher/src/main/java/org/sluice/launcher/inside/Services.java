package org.sluice.launcher.inside;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;
import org.sluice.core.SandboxFactory;
import org.sluice.core.ShellSessions;
import org.sluice.notify.SyscallHandler;
import org.sluice.policy.ProfileLoader;

/** Waits for the services that a sandbox needs, and says what keeps a missing one from coming. */
final class Services {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final BundleContext context;
    private volatile Optional<MetricsServer> metrics = Optional.empty();

    Services(BundleContext context) {
        this.context = context;
    }

    /** The factory, once it and every handler of {@code names} is there. */
    SandboxFactory await(Collection<String> names) throws InterruptedException {
        Object changed = new Object();
        ServiceListener listener = event -> {
            synchronized (changed) {
                changed.notifyAll();
            }
        };
        context.addServiceListener(listener);
        try {
            long end = System.nanoTime() + PATIENCE.toNanos();
            synchronized (changed) {
                while (true) {
                    Optional<SandboxFactory> factory = factory();
                    List<String> missing = missing(names);
                    if (factory.isPresent() && missing.isEmpty()) {
                        return factory.get();
                    }
                    long left = (end - System.nanoTime()) / 1_000_000;
                    if (left <= 0) {
                        throw Failure.of(complaint(factory.isPresent(), missing));
                    }
                    changed.wait(left);
                }
            }
        } finally {
            context.removeServiceListener(listener);
        }
    }

    /** Says what keeps those of {@code names} that were waited for, and are missing, from coming. */
    void complain(Collection<String> names) {
        List<String> missing = missing(names);
        if (!missing.isEmpty()) {
            throw Failure.of(complaint(true, missing));
        }
    }

    /** The shell, whose bundles have been started. */
    ShellSessions shells() {
        ServiceReference<ShellSessions> reference = context.getServiceReference(ShellSessions.class);
        ShellSessions shells = reference == null ? null : context.getService(reference);
        if (shells == null) {
            throw Failure.of("the shell did not start; see the messages of the supervisor, or install Sluice again");
        }
        return shells;
    }

    /** Serves the counters at a new socket from now on. */
    void serveMetrics(Path path) {
        MetricsServer opened = MetricsServer.open(path);
        metrics = Optional.of(opened);
        opened.serve(this::factory);
    }

    /** Ends what serves the counters. */
    void closeMetrics() {
        metrics.ifPresent(MetricsServer::close);
    }

    /** The context of the launcher's bundle. */
    BundleContext context() {
        return context;
    }

    /** Waits for what an ordinary run waits for, so that its classes are loaded. */
    int train() throws InterruptedException {
        await(new ProfileLoader().load("default").handlers().keySet());
        return 0;
    }

    /** The factory, if it is there. */
    Optional<SandboxFactory> factory() {
        return Optional.ofNullable(context.getServiceReference(SandboxFactory.class))
                .map(context::getService);
    }

    private List<String> missing(Collection<String> names) {
        List<String> missing = new ArrayList<>(new TreeSet<>(names));
        try {
            for (ServiceReference<SyscallHandler> reference :
                    context.getServiceReferences(SyscallHandler.class, null)) {
                missing.remove(String.valueOf(reference.getProperty(SyscallHandler.NAME)));
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("no filter was given", e);
        }
        return missing;
    }

    private String complaint(boolean factory, List<String> missing) {
        String what = factory ? "handler " + String.join(", ", missing) : "the sandbox factory";
        String why = unsatisfied(factory ? missing : List.of());
        return what + " did not become active in " + PATIENCE.toSeconds() + " s"
                + (why.isEmpty() ? "; no bundle offers it" : ": " + why);
    }

    /** What components wait for: those that offer a handler of {@code names}, or all if none is named. */
    private String unsatisfied(List<String> names) {
        List<String> lines = new ArrayList<>();
        ServiceReference<ServiceComponentRuntime> runtime = context.getServiceReference(ServiceComponentRuntime.class);
        if (runtime == null) {
            return "Declarative Services are not there";
        }
        ServiceComponentRuntime components = context.getService(runtime);
        for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs()) {
            String handler = String.valueOf(component.properties.get(SyscallHandler.NAME));
            if (names.isEmpty() || names.contains(handler)) {
                for (ComponentConfigurationDTO each : components.getComponentConfigurationDTOs(component)) {
                    explain(component, each, lines);
                }
            }
        }
        return String.join("; ", lines);
    }

    private static void explain(
            ComponentDescriptionDTO component, ComponentConfigurationDTO configuration, List<String> lines) {
        for (UnsatisfiedReferenceDTO reference : configuration.unsatisfiedReferences) {
            lines.add(component.name + " waits for " + wanted(component, reference.name)
                    + (reference.target == null ? "" : " " + reference.target));
        }
        if (configuration.failure != null) {
            lines.add(component.name + " failed: "
                    + configuration.failure.lines().findFirst().orElse(""));
        }
    }

    /** The service that a reference is to; one of a constructor has no name that says anything. */
    private static String wanted(ComponentDescriptionDTO component, String name) {
        for (ReferenceDTO reference : component.references) {
            if (reference.name.equals(name)) {
                return reference.interfaceName;
            }
        }
        return name;
    }
}
