package org.sluice.bench;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.sluice.core.HandlerStatus;
import org.sluice.core.chain.Registration;
import org.sluice.handler.bind.SafeBind;
import org.sluice.handler.portmap.PortMapping;
import org.sluice.notify.SyscallHandler;

/**
 * A target that binds as fast as it can while two of the handlers that serve it are replaced again and again, each time by
 * code from a class loader of its own, as a bundle's update does. Arguments: the folder with the compiled programs, how many
 * seconds, how many milliseconds lie between two swaps.
 */
public final class SwapRate {

    private static final List<Class<?>> SWAPPED = List.of(SafeBind.class, PortMapping.class);

    private SwapRate() {}

    /** Prints binds a second, swaps, wrong answers and how long a bind took; exits with 1 if an answer was wrong. */
    public static void main(String[] arguments) throws Exception {
        String target = Path.of(arguments[0]).resolve("binder").toString();
        int pause = Integer.parseInt(arguments[2]);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger swaps = new AtomicInteger();
        List<Double> quiet;
        List<Double> counted;
        try (Bench bench = new Bench()) {
            bench.run(Bench.DEFAULT, target, "3");
            quiet = bench.run(Bench.DEFAULT, target, "3");
            Thread swapper = new Thread(() -> swap(bench, pause, stop, swaps), "swapper");
            swapper.start();
            counted = bench.run(Bench.DEFAULT, SwapRate::print, target, arguments[1]);
            stop.set(true);
            swapper.join();
        }
        double binds = counted.get(0);
        double wrong = counted.get(1);
        System.out.printf(
                "%.0f binds, %.0f a second (goal 10000) during %d swaps; %.0f wrong answers%n",
                binds, binds / counted.get(2) * 1000, swaps.get(), wrong);
        System.out.printf("a bind without swaps: %s%n", times(quiet));
        System.out.printf("a bind during swaps:  %s%n", times(counted));
        if (wrong > 0) {
            System.exit(1);
        }
    }

    private static String times(List<Double> counted) {
        return String.format(
                "p50 %.0f, p99 %.0f, longest %.0f microseconds", counted.get(3), counted.get(4), counted.get(5));
    }

    private static void print(List<HandlerStatus> handlers) {
        for (HandlerStatus handler : handlers) {
            if (handler.calls() > 0) {
                System.out.printf("%s: %d calls, %d failures%n", handler.name(), handler.calls(), handler.failures());
            }
        }
    }

    /** By turns the new version comes before the old one goes, and after it. */
    private static void swap(Bench bench, int pause, AtomicBoolean stop, AtomicInteger swaps) {
        try {
            Registration[] present = new Registration[SWAPPED.size()];
            while (!stop.get()) {
                int index = swaps.get() / 2 % SWAPPED.size();
                SyscallHandler next = load(SWAPPED.get(index));
                boolean before = swaps.get() % 2 == 0;
                Registration old = present[index] == null ? bench.original(next) : present[index];
                if (!before) {
                    old.close();
                }
                present[index] = bench.add(next);
                if (before) {
                    old.close();
                }
                swaps.incrementAndGet();
                // The pace that was asked for: nothing is waited for.
                Thread.sleep(pause);
            }
        } catch (ReflectiveOperationException | MalformedURLException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SyscallHandler load(Class<?> type) throws ReflectiveOperationException, MalformedURLException {
        URL source = type.getProtectionDomain().getCodeSource().getLocation();
        ClassLoader loader = new Own(new URL[] {new URL(source.toString())}, type.getPackageName());
        return (SyscallHandler)
                loader.loadClass(type.getName()).getDeclaredConstructor().newInstance();
    }

    /** Loads the classes of one package itself. */
    private static final class Own extends URLClassLoader {

        private final String own;

        Own(URL[] urls, String own) {
            super(urls, SwapRate.class.getClassLoader());
            this.own = own;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known != null ? known : name.startsWith(own) ? findClass(name) : super.loadClass(name, resolve);
            }
        }
    }
}
