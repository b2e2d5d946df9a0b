package org.sluice.itest.osgi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.systemPackages;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;
import org.sluice.core.Command;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxFactory;
import org.sluice.core.SandboxSpec;
import org.sluice.notify.ApprovalBackend;
import org.sluice.notify.ApprovalBackend.Answer;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileLoader;

/** Whom a bundle brings to be asked, and what Configuration Admin says of asking, in a framework. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ApprovalServicesIT {

    private static final String[] BUNDLES = {
        "org.osgi.util.function",
        "org.osgi.util.promise",
        "org.osgi.service.component",
        "org.apache.felix.configadmin",
        "org.apache.felix.scr",
        "com.sun.jna",
        "com.fasterxml.jackson.core.jackson-core",
        "org.sluice.core.api",
        "org.sluice.core.bpf",
        "org.sluice.core.target",
        "org.sluice.core.policy",
        "org.sluice.core.notify",
        "org.sluice.handler.connect",
        "org.sluice.handler.openat",
        "org.sluice.handler.unix"
    };

    private static final String BACKEND = "org.sluice.itest.person";
    private static final String PID = "org.sluice.approvals";
    private static final long PATIENCE_SECONDS = 30;

    /** Where each test's target works. */
    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

    private BundleContext context;
    private SandboxFactory factory;
    private Path secret;

    /** What is installed. */
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

    /** Waits for the factory. An instance is made outside the framework too, to be asked for options. */
    @Before
    public void findServices() throws Exception {
        context = FrameworkUtil.getBundle(ApprovalServicesIT.class).getBundleContext();
        secret = Files.writeString(temporary.getRoot().toPath().toRealPath().resolve("secret"), "content\n");
        factory = service(SandboxFactory.class);
    }

    @Test
    public void aBackendOfABundleAnswers() throws Exception {
        ServiceRegistration<ApprovalBackend> person = register(request -> {
            asked.add(request.access() + " " + request.path());
            return Answer.SESSION;
        });
        try (Sandbox sandbox = start("cat \"$0\" \"$0\" && cat <>\"$0\"")) {
            assertEquals(0, status(sandbox));
            assertEquals(List.of("read " + secret, "read and write " + secret), List.copyOf(asked));
        } finally {
            person.unregister();
        }
    }

    @Test
    public void aBackendThatGoesInTheMiddleOfAQuestionHasNotAnswered() throws Exception {
        ServiceRegistration<ApprovalBackend> person = register(request -> {
            asked.add(request.path().toString());
            // Interrupted when the service goes; its answer would be yes.
            TimeUnit.SECONDS.sleep(PATIENCE_SECONDS);
            return Answer.ALWAYS;
        });
        try (Sandbox sandbox = start("cat \"$0\" || cat \"$0\" || exit 7")) {
            assertEquals(secret.toString(), asked.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
            person.unregister();
            assertEquals(7, status(sandbox));
            assertEquals(
                    List.of(
                            "not approved: approval backend " + BACKEND + " has gone",
                            "not approved: no approval backend " + BACKEND),
                    sandbox.denials().stream()
                            .map(record -> record.denial().reason())
                            .toList());
        }
    }

    @Test
    public void configurationIsGoneByFromTheNextQuestionOn() throws Exception {
        ServiceRegistration<ApprovalBackend> nobody = register(request -> {
            asked.add(request.timeout().toString());
            TimeUnit.SECONDS.sleep(PATIENCE_SECONDS);
            return Answer.ALWAYS;
        });
        org.osgi.service.cm.Configuration configuration =
                service(ConfigurationAdmin.class).getConfiguration(PID, "?");
        try {
            configuration.update(FrameworkUtil.asDictionary(Map.of("timeout", 1)));
            await("a question that waits for 1 s", () -> {
                try (Sandbox sandbox = start("cat \"$0\"")) {
                    String timeout = asked.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                    if (!"PT1S".equals(timeout)) {
                        // Configuration Admin tells of a change on a thread of its own.
                        assertEquals("PT1M", timeout);
                        return false;
                    }
                    assertEquals(1, status(sandbox));
                    assertEquals(
                            List.of("not approved: no answer in 1 s"),
                            sandbox.denials().stream()
                                    .map(record -> record.denial().reason())
                                    .toList());
                    return true;
                }
            });
        } finally {
            configuration.delete();
            nobody.unregister();
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.holds()) {
            assertTrue(what, System.nanoTime() < end);
        }
    }

    private ServiceRegistration<ApprovalBackend> register(ApprovalBackend backend) {
        return context.registerService(
                ApprovalBackend.class, backend, FrameworkUtil.asDictionary(Map.of(ApprovalBackend.NAME, BACKEND)));
    }

    /** It is used until the framework ends: Configuration Admin is of no use to a bundle that has given it back. */
    private <T> T service(Class<T> type) throws InterruptedException {
        ServiceTracker<T, T> tracker = new ServiceTracker<>(context, type, null);
        tracker.open();
        return tracker.waitForService(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    }

    /** Runs a script with the file that nothing grants as its name. */
    private Sandbox start(String script) {
        String text =
                "{ \"files\": { \"read\": [\"/usr\", \"/bin\", \"/etc\", { \"path\": \"/lib64\", \"optional\": true },"
                        + " { \"path\": \"/lib\", \"optional\": true }], \"write\": [\"/dev/null\"] },"
                        + " \"handlers\": { \"openat\": { \"approve\": \"" + BACKEND + "\" } } }";
        Profile profile = new ProfileLoader().parse(text.getBytes(StandardCharsets.UTF_8), "asking");
        return factory.start(new SandboxSpec(
                "",
                profile,
                Command.of("/bin/sh", "-c", "exec </dev/null >/dev/null 2>&1; " + script, secret.toString())
                        .withDirectory(temporary.getRoot().toPath()),
                new SandboxSpec.Options(false, true, false)));
    }

    private static int status(Sandbox sandbox) throws Exception {
        return sandbox.end().get(PATIENCE_SECONDS, TimeUnit.SECONDS).shellCode();
    }
}
