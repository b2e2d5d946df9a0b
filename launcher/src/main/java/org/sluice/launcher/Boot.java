package org.sluice.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * The embedded framework. The folders {@code bundle/<start level>/} are installed by reference, so that nothing is copied
 * at a start. The launcher's own jar is a bundle too: its package {@code inside} shares the core's types with the other
 * bundles, and only types of the JDK cross between the two halves.
 */
final class Boot {

    /** The service that {@code inside} offers. */
    static final String ENTRY = "(sluice.entry=command)";

    /** Framework property: the folders where no sandbox may write, divided as a class path is. */
    private static final String PREMISES = "sluice.premises";

    /** Framework property: the folder for answers that hold for good. */
    private static final String STATE = "sluice.state";

    /** Read by the core: where it is kept which temporary folders there are. */
    private static final String RECORDS = "sluice.records";

    /** The list of keys of which one must have signed a bundle that did not come with Sluice; without it none need be. */
    private static final String SIGNERS = "etc/signers";

    /** The bundle that opens the shell's console when it starts. */
    private static final String CONSOLE = "org.apache.felix.gogo.jline";

    /** What verifies Sigstore bundles. */
    private static final String SIGSTORE = "bundle/sigstore";

    private static final String SLF4J = "org.slf4j;version=2.0.17,org.slf4j.event;version=2.0.17,"
            + "org.slf4j.helpers;version=2.0.17,org.slf4j.spi;version=2.0.17,"
            + "org.slf4j;version=1.7.36,org.slf4j.spi;version=1.7.36,org.slf4j.helpers;version=1.7.36";

    private final Path home;
    private final Framework framework;
    private final int beginning;
    private volatile Optional<SignedBundles> signatures = Optional.empty();
    private boolean sigstore;
    private final Map<Integer, List<Bundle>> bundles = new ConcurrentHashMap<>();
    private final ExecutorService starter = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "sluice-start");
        thread.setDaemon(true);
        return thread;
    });

    private Boot(Path home, Framework framework, int beginning) {
        this.home = home;
        this.framework = framework;
        this.beginning = beginning;
    }

    /**
     * Installs the bundles up to {@code level}, without handlers, and starts the launcher's own, which needs no service. No
     * sandbox may write to {@code premises}; {@code state} is one of them.
     */
    static Boot load(Path home, CacheDirectory cache, List<Path> premises, Optional<Path> state, int level) {
        Framework framework = new FrameworkFactory().newFramework(configuration(home, cache, premises, state, level));
        Boot boot = new Boot(home, framework, level);
        // JLine takes the context class loader for its own and then finds no terminal; the framework's threads inherit
        // it.
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(null);
        try {
            framework.init(event -> report(event));
            boot.requireSignatures();
            for (int at = 1; at <= level; at++) {
                // Nobody is wired to a handler, so they can be installed while the core starts.
                if (at != Verb.Level.HANDLERS.start()) {
                    boot.install(at);
                }
            }
            Bundle own = boot.install(home.resolve("lib/launcher.jar"));
            framework.start();
            boot.resolve();
            own.start(Bundle.START_TRANSIENT);
        } catch (BundleException e) {
            throw unusable(e);
        } finally {
            Thread.currentThread().setContextClassLoader(loader);
        }
        return boot;
    }

    /** Has bundles that did not come with Sluice run only if they are signed, where there is a list of keys. */
    private void requireSignatures() {
        Path list = home.resolve(SIGNERS);
        if (Files.exists(list)) {
            SignedBundles signed = SignedBundles.read(list);
            signatures = Optional.of(signed);
            framework.getBundleContext().registerService(ResolverHookFactory.class, signed, null);
        }
    }

    private static UsageException unusable(BundleException e) {
        return new UsageException("the framework cannot start: " + e.getMessage() + "; install Sluice again", e);
    }

    /** All at once, because each resolution by itself would look at what is wired already again. */
    private void resolve() {
        framework.adapt(FrameworkWiring.class).resolveBundles(null);
    }

    /** Starts Declarative Services and the core beside the work on the command line; returns at once. */
    void startCore() {
        starter.execute(() -> start(1, Verb.Level.CORE.start()));
    }

    /** Installs the handlers while the core starts, then has them started, and what follows up to a level. */
    void startHandlers(int to) {
        int handlers = Verb.Level.HANDLERS.start();
        try {
            install(handlers);
        } catch (BundleException e) {
            throw unusable(e);
        }
        starter.execute(() -> {
            resolve();
            start(handlers, to);
        });
    }

    /** Starts further levels when all before are started; returns at once. */
    void startRest(int from, int to) {
        starter.execute(() -> start(from, to));
    }

    /**
     * Installs and starts the shell's bundles after everything that was begun so far, in a supervisor that runs a command;
     * returns when they are started. Of the shell itself only classes are used: started, it would read this process's
     * terminal, which is the command's.
     */
    synchronized void startShell() {
        int shell = Verb.Level.SHELL.start();
        if (!bundles.containsKey(shell)) {
            starter.execute(() -> {
                Thread.currentThread().setContextClassLoader(null);
                try {
                    install(shell);
                    resolve();
                } catch (BundleException e) {
                    throw unusable(e);
                }
                bundles.getOrDefault(shell, List.of()).stream()
                        .filter(bundle -> !CONSOLE.equals(bundle.getSymbolicName()))
                        .forEach(Boot::start);
            });
        }
        awaitStarted();
    }

    /**
     * Installs and starts what verifies Sigstore bundles, where it is wanted for the first time. It is large, and a folder
     * with the jars that it needs, so that none of them is copied.
     */
    synchronized void startSigstore() {
        Path folder = home.resolve(SIGSTORE);
        if (sigstore || !Files.isDirectory(folder)) {
            return;
        }
        try {
            framework.adapt(FrameworkStartLevel.class).setInitialBundleStartLevel(1);
            install(folder).start(Bundle.START_TRANSIENT);
            sigstore = true;
        } catch (BundleException e) {
            throw unusable(e);
        }
    }

    /** Waits for what was begun so far. */
    void awaitStarted() {
        CountDownLatch reached = new CountDownLatch(1);
        starter.execute(reached::countDown);
        try {
            reached.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Map<String, String> configuration(
            Path home, CacheDirectory cache, List<Path> premises, Optional<Path> state, int level) {
        Map<String, String> map = new HashMap<>();
        map.put(Constants.FRAMEWORK_STORAGE, cache.framework().toString());
        map.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, Integer.toString(level));
        map.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, SLF4J + ",sun.misc");
        map.put(PREMISES, premises.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        state.ifPresent(folder -> map.put(STATE, folder.toString()));
        map.put(RECORDS, cache.records().toString());
        map.put("felix.cache.locking", "false");
        // Two of one name and version may be there: one that was rebuilt takes the other's place.
        map.put(Constants.FRAMEWORK_BSNVERSION, Constants.FRAMEWORK_BSNVERSION_MULTIPLE);
        map.put("felix.log.level", "0");
        map.put("felix.fileinstall.dir", home.resolve("conf") + "," + home.resolve("deploy"));
        map.put("felix.fileinstall.poll", "250");
        map.put("felix.fileinstall.noInitialDelay", "true");
        map.put("felix.fileinstall.tmpdir", cache.path().resolve("deploy").toString());
        map.put("felix.fileinstall.enableConfigSave", "false");
        map.put("felix.fileinstall.log.level", "1");
        map.put("ds.log.level", "1");
        // Where the shell looks for etc/gosh_profile; else it is the working directory, and a sandbox may write there.
        map.put("gosh.home", home.toString());
        if (!Files.isWritable(Path.of(System.getProperty("user.home", "")))) {
            // The shell's history would be kept there, and its absence complained of after every command.
            map.put("gosh.args", "--nohistory");
        }
        return map;
    }

    /** An unresolved bundle would otherwise only be missed when its service is. */
    private static void report(FrameworkEvent event) {
        if (event.getType() == FrameworkEvent.ERROR) {
            System.err.println("sluice: " + event.getBundle().getSymbolicName() + ": "
                    + event.getThrowable().getMessage());
        }
    }

    private void start(int from, int to) {
        Thread.currentThread().setContextClassLoader(null);
        for (int level = from; level <= to; level++) {
            bundles.getOrDefault(level, List.of()).forEach(Boot::start);
        }
    }

    /** Transient: a start that is noted would be a file for each bundle, in a cache that nobody reads again. */
    private static void start(Bundle bundle) {
        try {
            bundle.start(Bundle.START_TRANSIENT);
        } catch (BundleException e) {
            // What needs its services says what it waits for.
            System.err.println("sluice: " + bundle.getSymbolicName() + ": " + e.getMessage());
        }
    }

    private void install(int level) throws BundleException {
        // What comes later than the framework was meant to reach starts at once.
        FrameworkStartLevel levels = framework.adapt(FrameworkStartLevel.class);
        levels.setInitialBundleStartLevel(Math.min(level, beginning));
        List<Bundle> installed = new ArrayList<>();
        for (Path jar : jars(home.resolve("bundle").resolve(Integer.toString(level)))) {
            installed.add(install(jar));
        }
        bundles.put(level, installed);
    }

    private Bundle install(Path jar) throws BundleException {
        Bundle bundle = framework.getBundleContext().installBundle("reference:file:" + jar);
        signatures.ifPresent(signed -> signed.exempt(bundle));
        return bundle;
    }

    private static List<Path> jars(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UsageException("cannot read " + folder + ": " + e + "; install Sluice again", e);
        }
    }

    /** The service of {@code type} that {@code inside} offers. */
    <T> T entry(Class<T> type) {
        BundleContext context = framework.getBundleContext();
        try {
            for (ServiceReference<T> reference : context.getServiceReferences(type, ENTRY)) {
                T service = context.getService(reference);
                if (service != null) {
                    return service;
                }
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(ENTRY, e);
        }
        throw new UsageException("the bundle of the launcher is not active; install Sluice again");
    }
}
