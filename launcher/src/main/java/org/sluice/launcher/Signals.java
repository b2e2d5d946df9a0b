package org.sluice.launcher;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What signals do to the supervisor. It survives all of these and tells whoever asked; as long as nobody did, they end
 * Sluice. Those of the terminal reach a target by themselves, because it is in the same process group. A signal that was
 * ignored when Sluice was started (nohup) stays ignored.
 *
 * <p>SIGQUIT belongs to the virtual machine and cannot be caught here: {@code inside} replaces its handler.
 *
 * <p>{@code sun.misc.Signal} (module jdk.unsupported) is the only way to catch one, and is called by reflection: the
 * compiler's warning about it cannot be suppressed.
 */
final class Signals {

    private static final List<String> CAUGHT = List.of("HUP", "INT", "TERM", "TSTP");
    private static final String RESIZED = "WINCH";

    /** These end nobody who has not asked for them. */
    private static final Set<Integer> HARMLESS = Set.of(20, 28); // SIGTSTP, SIGWINCH

    private final AtomicReference<@Nullable IntConsumer> target = new AtomicReference<>();

    /**
     * Installs the handlers.
     *
     * @param ignored SigIgn of proc(5): bit n−1 stands for signal n
     * @param resized whether to catch the one that tells of a terminal's new size, too
     */
    void install(long ignored, boolean resized) {
        List<String> names = new ArrayList<>(CAUGHT);
        if (resized) {
            names.add(RESIZED);
        }
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Method number = signal.getMethod("getNumber");
            Object catcher = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        pass((Integer) number.invoke(arguments[0]));
                        return null;
                    });
            Method handle = signal.getMethod("handle", signal, handler);
            for (String name : names) {
                Object caught = signal.getConstructor(String.class).newInstance(name);
                if ((ignored >>> ((Integer) number.invoke(caught) - 1) & 1) == 0) {
                    handle.invoke(null, caught, catcher);
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new UsageException(
                    "this Java lets no signal be caught: " + e + "; use a JDK with jdk.unsupported", e);
        }
    }

    /** Whom to tell from now on. */
    void passTo(IntConsumer receiver) {
        target.set(receiver);
    }

    private void pass(int number) {
        IntConsumer receiver = target.get();
        if (receiver != null) {
            receiver.accept(number);
        } else if (!HARMLESS.contains(number)) {
            Runtime.getRuntime().exit(128 + number);
        }
    }
}
