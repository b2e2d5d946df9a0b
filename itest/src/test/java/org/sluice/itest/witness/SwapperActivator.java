package org.sluice.itest.witness;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/**
 * Swaps the {@link Witness} through the framework's interface while a file tells it to: updates it, and now and then
 * stops and starts it or installs it anew. Says {@code done} or what failed in a file.
 */
public final class SwapperActivator implements BundleActivator {

    /** Manifest header: the folder with {@code 0.jar}, {@code 1.jar} and the files {@code go} and {@code done}. */
    public static final String FOLDER = "Swapper-Folder";

    /** Manifest header: how often. */
    public static final String SWAPS = "Swapper-Swaps";

    private Thread thread = new Thread();

    /** For the framework. */
    public SwapperActivator() {}

    @Override
    public void start(BundleContext context) throws IOException, BundleException {
        Path folder = Path.of(context.getBundle().getHeaders().get(FOLDER));
        int swaps = Integer.parseInt(context.getBundle().getHeaders().get(SWAPS));
        Bundle witness = install(context, folder, 0);
        thread = new Thread(() -> run(context, folder, witness, swaps), "swapper");
        thread.start();
    }

    @Override
    public void stop(BundleContext context) {
        thread.interrupt();
    }

    private static void run(BundleContext context, Path folder, Bundle first, int swaps) {
        try {
            String result = "done";
            try {
                while (Files.notExists(folder.resolve("go"))) {
                    // The test, another process, says it by a file; it kills this one if it waits in vain.
                    Thread.sleep(20);
                }
                swap(context, folder, first, swaps);
            } catch (BundleException | RuntimeException e) {
                result = e.toString();
            }
            Path written = Files.writeString(folder.resolve("done.new"), result);
            Files.move(written, folder.resolve("done"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void swap(BundleContext context, Path folder, Bundle first, int swaps)
            throws BundleException, IOException {
        Bundle witness = first;
        for (int i = 1; i <= swaps; i++) {
            if (i % 16 == 0) {
                witness.uninstall();
                witness = install(context, folder, i);
            } else if (i % 8 == 0) {
                witness.stop();
                witness.start();
            } else {
                witness.update(jar(folder, i));
            }
        }
        witness.uninstall();
    }

    private static Bundle install(BundleContext context, Path folder, int number) throws BundleException, IOException {
        Bundle witness = context.installBundle("witness", jar(folder, number));
        witness.start();
        return witness;
    }

    private static InputStream jar(Path folder, int number) throws IOException {
        return Files.newInputStream(folder.resolve(number % 2 + ".jar"));
    }
}
