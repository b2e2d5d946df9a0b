package org.sluice.itest.osgi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.systemPackages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.event.EventConstants;
import org.osgi.service.event.EventHandler;
import org.osgi.util.tracker.ServiceTracker;
import org.sluice.core.Command;
import org.sluice.core.ExitStatus;
import org.sluice.core.HandlerStatus;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxFactory;
import org.sluice.core.SandboxSpec;
import org.sluice.notify.SyscallHandler;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileLoader;

/**
 * The bundles of the distribution in a framework, used through their services by a further bundle, which is this class
 * (Pax Exam, native container). A target binds in a loop while the bundle of a handler is stopped, started and updated.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class HandlerBundlesIT {

    private static final String[] BUNDLES = {
        "org.osgi.util.function",
        "org.osgi.util.promise",
        "org.osgi.service.component",
        "org.apache.felix.scr",
        "org.apache.felix.eventadmin",
        "com.sun.jna",
        "com.fasterxml.jackson.core.jackson-core",
        "org.sluice.core.api",
        "org.sluice.core.bpf",
        "org.sluice.core.target",
        "org.sluice.core.policy",
        "org.sluice.core.notify",
        "org.sluice.handler.bind",
        "org.sluice.handler.connect",
        "org.sluice.handler.netlink",
        "org.sluice.handler.portmap",
        "org.sluice.handler.unix"
    };

    /** How often the bundle is stopped and started, and how often it is updated. */
    private static final int ROUNDS = 5;

    private static final String LATE = "org.sluice.itest.late";

    /** How long a condition may take to come true; far longer than it ever takes. */
    private static final long PATIENCE_SECONDS = 30;

    /** Binds fresh sockets until a file named "stop" appears; counts the answers and those that were wrong. */
    private static final String BINDER =
            """
            import os, socket
            total = wrong = 0
            while not os.path.exists('stop'):
                total += 1
                with socket.socket() as s:
                    try:
                        s.bind(('127.0.0.1', 0))
                        wrong += s.getsockname()[1] == 0
                    except OSError as e:
                        wrong += 1
                        print(e, flush=True)
            print('total', total, 'wrong', wrong)
            """;

    /** Where each test's target works. */
    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    private final Profile profile = new ProfileLoader().load("default");

    private BundleContext context;
    private SandboxFactory factory;
    private Path folder;

    /** What is installed. The system bundle exports slf4j, as the launcher has it do. */
    @Configuration
    public static Option[] configuration() throws IOException {
        ClassPathBundles jars = new ClassPathBundles();
        List<Option> options = new ArrayList<>();
        options.add(systemPackages(
                "org.slf4j;version=2.0.17",
                "org.slf4j.event;version=2.0.17",
                "org.slf4j.helpers;version=2.0.17",
                "org.slf4j.spi;version=2.0.17",
                "org.slf4j;version=1.7.36",
                "org.slf4j.helpers;version=1.7.36",
                "org.slf4j.spi;version=1.7.36"));
        for (String name : BUNDLES) {
            options.add(bundle(jars.location(name)));
        }
        options.add(junitBundles());
        return options.toArray(Option[]::new);
    }

    /** Waits for the factory and the handlers. An instance is made outside the framework too, to be asked for options. */
    @Before
    public void findServices() throws Exception {
        context = FrameworkUtil.getBundle(HandlerBundlesIT.class).getBundleContext();
        folder = temporary.getRoot().toPath().toRealPath();
        ServiceTracker<SandboxFactory, SandboxFactory> tracker =
                new ServiceTracker<>(context, SandboxFactory.class, null);
        tracker.open();
        try {
            factory = tracker.waitForService(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } finally {
            tracker.close();
        }
        await("the handlers " + profile.handlers().keySet(), () -> names().containsAll(
                        profile.handlers().keySet()));
    }

    @Test
    public void everyBundleIsActiveAndEveryHandlerIsThere() throws Exception {
        for (String name : BUNDLES) {
            Bundle bundle = find(name);
            boolean fragment = bundle.getHeaders().get("Fragment-Host") != null;
            assertEquals(name, fragment ? Bundle.RESOLVED : Bundle.ACTIVE, bundle.getState());
        }
        assertEquals(Set.of("bind", "connect", "netlink", "portmap", "unix"), names());
    }

    @Test
    public void aCommandRunsUnderTheDefaultProfile() throws Exception {
        try (Sandbox sandbox = start(profile, "/bin/true")) {
            assertEquals(new ExitStatus(0, 0, false), end(sandbox));
        }
        try (Sandbox sandbox = start(profile, "/bin/false")) {
            assertEquals(new ExitStatus(1, 0, false), end(sandbox));
        }
    }

    @Test
    public void everyBindIsAnsweredWhileTheBundleOfAHandlerComesAndGoes() throws Exception {
        Bundle bundle = find("org.sluice.handler.bind");
        try (Sandbox sandbox = startBinder(profile)) {
            awaitCalls(sandbox, "bind");
            for (int round = 0; round < ROUNDS; round++) {
                bundle.stop();
                assertEquals("missing", status(sandbox, "bind").state());
                awaitCalls(sandbox, "portmap");
                bundle.start();
                awaitState(sandbox, "bind", "active");
                awaitCalls(sandbox, "bind");
                bundle.update();
                awaitState(sandbox, "bind", "active");
                awaitCalls(sandbox, "bind");
            }
            long total = finishBinder(sandbox);
            // Its bundle stayed, so it saw each call, and each once.
            assertEquals(total, status(sandbox, "connect").calls());
            // This one missed those that came while it was away.
            HandlerStatus swapped = status(sandbox, "bind");
            assertTrue(swapped + " of " + total, swapped.calls() < total);
            assertEquals(0, swapped.failures());
        } finally {
            bundle.start();
        }
    }

    @Test
    public void aHandlerThatComesLateServesWhoAskedForIt() throws Exception {
        ServiceRegistration<SyscallHandler> late = register();
        try (Sandbox stranger = start(profile, "/bin/sleep", "1000");
                Sandbox sandbox = startBinder(profile.with().handler(LATE).build())) {
            awaitCalls(sandbox, LATE);
            assertEquals("active", status(sandbox, LATE).state());
            assertEquals("not used", status(stranger, LATE).state());
            late.unregister();
            assertEquals("missing", status(sandbox, LATE).state());
            assertTrue(
                    stranger.handlers().stream().noneMatch(each -> each.name().equals(LATE)));
            awaitCalls(sandbox, "portmap");
            late = register();
            awaitState(sandbox, LATE, "active");
            awaitCalls(sandbox, LATE);
            assertEquals("not used", status(stranger, LATE).state());
            finishBinder(sandbox);
        } finally {
            late.unregister();
        }
    }

    @Test
    public void eventAdminGetsACopyOfWhatHappens() throws Exception {
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        EventHandler listener = event -> heard.add(event.getTopic() + " " + event.getProperty("sandbox") + " "
                + event.getProperty("target") + " " + event.getProperty("status"));
        ServiceRegistration<EventHandler> registration = context.registerService(
                EventHandler.class,
                listener,
                FrameworkUtil.asDictionary(Map.of(EventConstants.EVENT_TOPIC, "org/sluice/audit/*")));
        try {
            String name;
            try (Sandbox sandbox =
                    startPython(profile, "import socket; socket.socket().connect_ex(('192.0.2.1', 443))")) {
                name = sandbox.name();
                assertEquals(new ExitStatus(0, 0, false), end(sandbox));
            }
            List<String> expected = List.of(
                    "org/sluice/audit/sandbox-start " + name + " null null",
                    "org/sluice/audit/denial " + name + " 192.0.2.1!443 null",
                    "org/sluice/audit/sandbox-end " + name + " null 0");
            // What other sandboxes end with may come late.
            await(() -> expected + " in " + heard, () -> heard.stream()
                    .filter(each -> each.contains(" " + name + " "))
                    .toList()
                    .equals(expected));
        } finally {
            registration.unregister();
        }
    }

    private ServiceRegistration<SyscallHandler> register() {
        Map<String, Object> properties = Map.of(
                SyscallHandler.NAME, LATE, SyscallHandler.STAGE, "OBSERVE", SyscallHandler.TRAPS, new String[] {"bind"
                });
        return context.registerService(
                SyscallHandler.class, (call, chain) -> chain.proceed(call), FrameworkUtil.asDictionary(properties));
    }

    /** Standard streams are files: those of this process belong to the test's runner. */
    private Sandbox start(Profile rules, String... command) {
        List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\" </dev/null >>out 2>&1", "sh"));
        words.addAll(List.of(command));
        return factory.start(new SandboxSpec(
                "",
                rules,
                Command.of(words.toArray(String[]::new)).withDirectory(folder),
                new SandboxSpec.Options(false, true, false)));
    }

    private Sandbox startBinder(Profile rules) {
        return startPython(rules, BINDER);
    }

    private Sandbox startPython(Profile rules, String program) {
        assumeTrue("not installed: python3; .ci/run installs it", Files.isExecutable(Path.of("/usr/bin/python3")));
        // Isolated: what a machine's own modules do at a start would be counted too.
        return start(rules, "/usr/bin/python3", "-I", "-S", "-c", program);
    }

    /** Lets it end, and returns how often it called bind. */
    private long finishBinder(Sandbox sandbox) throws Exception {
        Files.createFile(folder.resolve("stop"));
        ExitStatus status = end(sandbox);
        String output = Files.readString(folder.resolve("out"));
        assertEquals(output, new ExitStatus(0, 0, false), status);
        assertTrue(output, output.matches("total \\d+ wrong 0\n"));
        return Long.parseLong(output.split(" ", -1)[1]);
    }

    private static ExitStatus end(Sandbox sandbox) throws Exception {
        return sandbox.end().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static HandlerStatus status(Sandbox sandbox, String handler) {
        return sandbox.handlers().stream()
                .filter(each -> each.name().equals(handler))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no handler " + handler + ": " + sandbox.handlers()));
    }

    /** Waits until the handler has answered calls that came after now. */
    private static void awaitCalls(Sandbox sandbox, String handler) throws Exception {
        long before = status(sandbox, handler).calls();
        // The first of them may have been on its way already.
        await("two calls of " + handler, () -> status(sandbox, handler).calls() >= before + 2);
    }

    private static void awaitState(Sandbox sandbox, String handler, String state) throws Exception {
        await(handler + " is " + state, () -> status(sandbox, handler).state().equals(state));
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        await(() -> what, condition);
    }

    private static void await(Supplier<String> what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.call()) {
            assertTrue(what.get(), System.nanoTime() < end);
            // Counters and states tell nobody when they change: a step of a bounded wait.
            Thread.sleep(5);
        }
    }

    private Bundle find(String symbolicName) {
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getSymbolicName().equals(symbolicName)) {
                return bundle;
            }
        }
        throw new AssertionError("not installed: " + symbolicName);
    }

    /** The names of the handlers that are services. */
    private Set<String> names() throws Exception {
        return context.getServiceReferences(SyscallHandler.class, null).stream()
                .map(HandlerBundlesIT::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String name(ServiceReference<SyscallHandler> reference) {
        return String.valueOf(reference.getProperty(SyscallHandler.NAME));
    }
}
