package org.sluice.itest.witness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.sluice.notify.SyscallHandler;

/** Registers a {@link Witness}, and writes to the file that the manifest names when it comes and when it goes. */
public final class WitnessActivator implements BundleActivator {

    /** Manifest header: the file. */
    public static final String RECORD = "Witness-Record";

    /** Manifest header: how it fails, see {@link Witness}, or {@code start}; words. */
    public static final String FLAWS = "Witness-Flaws";

    /** Manifest header: the version of its state. */
    public static final String SCHEMA = "Witness-Schema";

    private @Nullable Witness witness;
    private @Nullable ServiceRegistration<SyscallHandler> registration;

    /** For the framework. */
    public WitnessActivator() {}

    @Override
    public void start(BundleContext context) throws IOException {
        Set<String> flaws = Set.of(header(context, FLAWS, "none").split(" ", -1));
        if (flaws.contains("start")) {
            throw new IllegalStateException("it does not start");
        }
        witness = new Witness(flaws);
        Map<String, Object> properties = Map.of(
                SyscallHandler.NAME,
                Witness.NAME,
                SyscallHandler.STAGE,
                "OBSERVE",
                SyscallHandler.SCHEMA,
                header(context, SCHEMA, "1"),
                SyscallHandler.TRAPS,
                new String[] {"bind"});
        registration = context.registerService(SyscallHandler.class, witness, FrameworkUtil.asDictionary(properties));
        record(context, "active");
    }

    @Override
    public void stop(BundleContext context) throws IOException {
        Objects.requireNonNull(registration).unregister();
        Witness left = Objects.requireNonNull(witness);
        record(context, left.seen() + " " + left.everSeen());
    }

    private static String header(BundleContext context, String name, String otherwise) {
        return Objects.requireNonNullElse(context.getBundle().getHeaders().get(name), otherwise);
    }

    private static void record(BundleContext context, String what) throws IOException {
        Path file = Path.of(context.getBundle().getHeaders().get(RECORD));
        String line = context.getBundle().getVersion() + " " + what + "\n";
        Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
