package org.sluice.core.ds;

import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.core.HandlerSwap;
import org.sluice.core.chain.HandlerRegistry;
import org.sluice.core.chain.Trial;
import org.sluice.core.sandbox.Supervisor;

/** Swaps by installing, starting and stopping bundles. One swap at a time; made when the first is asked for. */
@Component
public final class BundleSwap implements HandlerSwap {

    private final BundleContext context;
    private final HandlerRegistry registry;
    private final Supervisor supervisor;
    private final AtomicInteger installed = new AtomicInteger();

    /** Made by Declarative Services. */
    @Activate
    public BundleSwap(BundleContext context, @Reference HandlerRegistry registry, @Reference Supervisor supervisor) {
        this.context = context;
        this.registry = registry;
        this.supervisor = supervisor;
    }

    @Override
    public synchronized String swap(String handler, String bundle) throws InterruptedException {
        Bundle old = present(handler);
        boolean isNumber = bundle.matches("[0-9]{1,9}");
        Bundle next = isNumber ? numbered(Integer.parseInt(bundle)) : install(bundle);
        if (next.equals(old)) {
            throw new IllegalArgumentException(
                    "bundle " + bundle + " is the one that offers " + handler + "; name another, or a file");
        }
        int before = next.getState();
        try (Trial trial = registry.trial(next.getBundleId())) {
            try {
                tryOut(trial, handler, old, next);
            } catch (BundleException | RuntimeException e) {
                String reason = e.getMessage() == null ? e.toString() : e.getMessage();
                withdraw(next, !isNumber, before);
                throw new IllegalStateException(
                        name(next) + " does not replace handler " + handler + ": " + reason + "; " + name(old)
                                + " stays active",
                        e);
            } catch (InterruptedException e) {
                withdraw(next, !isNumber, before);
                throw e;
            }
        }
        return stop(handler, old, next);
    }

    private Bundle present(String handler) {
        long id = registry.bundleOf(handler).orElse(-1);
        @Nullable Bundle old = id < 0 ? null : context.getBundle(id);
        if (old == null) {
            throw new IllegalArgumentException(
                    "no bundle offers handler " + handler + " now; felix:install and felix:start add one");
        }
        return old;
    }

    private Bundle numbered(int number) {
        @Nullable Bundle bundle = context.getBundle(number);
        if (bundle == null) {
            throw new IllegalArgumentException("there is no bundle " + number + "; felix:lb lists them");
        }
        return bundle;
    }

    /** Under a location of its own, because the file may have been installed before with other content. */
    private Bundle install(String named) {
        String location = "swap:" + installed.incrementAndGet() + ":" + named;
        try (InputStream in = open(named)) {
            return context.installBundle(location, in);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read the bundle " + named + ": " + e.getMessage(), e);
        } catch (BundleException e) {
            throw new IllegalStateException(named + " cannot be installed: " + e.getMessage(), e);
        }
    }

    private static InputStream open(String named) throws IOException {
        if (named.matches("[a-z]+:.*")) {
            try {
                return new URL(named).openStream();
            } catch (MalformedURLException e) {
                throw new IllegalArgumentException(named + " is no URL: " + e.getMessage(), e);
            }
        }
        Path path = Path.of(named).toAbsolutePath();
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException("there is no file " + path + "; name one, a URL or a bundle's number");
        }
        return Files.newInputStream(path);
    }

    private void tryOut(Trial trial, String handler, Bundle old, Bundle next)
            throws BundleException, InterruptedException {
        next.start(Bundle.START_TRANSIENT);
        if (!trial.await(handler, supervisor.awaitHandlers())) {
            Set<String> others = registry.namesOf(next.getBundleId());
            throw new IllegalStateException("it started and offers "
                    + (others.isEmpty() ? "no handler" : "only " + String.join(", ", others))
                    + " (scr:list shows what its components wait for)");
        }
        Set<String> lost = new TreeSet<>(registry.namesOf(old.getBundleId()));
        lost.removeAll(registry.namesOf(next.getBundleId()));
        if (!lost.isEmpty()) {
            throw new IllegalStateException(
                    name(old) + " offers " + String.join(", ", lost) + " too, which would go with it");
        }
        trial.rehearse(handler);
        trial.accept(handler);
    }

    private static void withdraw(Bundle next, boolean isOurs, int before) {
        try {
            if (isOurs) {
                next.uninstall();
            } else if (before != Bundle.ACTIVE && before != Bundle.STARTING) {
                next.stop(Bundle.STOP_TRANSIENT);
            }
        } catch (BundleException e) {
            throw new IllegalStateException(name(next) + " was refused and does not leave: " + e.getMessage(), e);
        }
    }

    /** For good: a folder that is watched would otherwise start it again. */
    private static String stop(String handler, Bundle old, Bundle next) {
        String done = handler + ": " + name(next) + " took over from " + name(old) + ", which is ";
        try {
            old.stop();
            return done + "stopped; swap " + handler + " " + old.getBundleId() + " takes it back";
        } catch (BundleException e) {
            return done + "stopped, with an error of its own: " + e.getMessage();
        }
    }

    private static String name(Bundle bundle) {
        return bundle.getSymbolicName() + " " + bundle.getVersion() + " (bundle " + bundle.getBundleId() + ")";
    }
}
