package org.sluice.itest.witness;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** A command {@code itest:heap} that looks at the heap and the descriptors of the supervisor that it runs in. */
public final class HeapActivator implements BundleActivator {

    /** The histogram has a line for each class: rank, instances, bytes, name. */
    private static final String LOADER = "BundleWiringImpl$BundleClassLoader";

    /** For the framework. */
    public HeapActivator() {}

    @Override
    public void start(BundleContext context) {
        Map<String, Object> properties =
                Map.of("osgi.command.scope", "itest", "osgi.command.function", new String[] {"heap"});
        context.registerService(Object.class, this, FrameworkUtil.asDictionary(properties));
    }

    @Override
    public void stop(BundleContext context) {
        // The framework takes the service back.
    }

    /**
     * Collects garbage and counts what is left.
     *
     * @return the class loaders of bundles, the witnesses, and the open descriptors, -1 where they cannot be seen
     */
    public String heap() throws JMException {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        return "loaders " + count(histogram, LOADER) + " witnesses "
                + count(histogram, "org.sluice.itest.witness.Witness") + " descriptors " + descriptors();
    }

    private static long count(String histogram, String type) {
        return histogram
                .lines()
                .map(line -> line.strip().split("\\s+", -1))
                .filter(words -> words.length >= 4 && words[3].endsWith(type))
                .mapToLong(words -> Long.parseLong(words[1]))
                .sum();
    }

    /** A supervisor hides them from all but root. */
    private static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            return -1;
        }
    }
}
