package org.sluice.launcher;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
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
    private static final int SIGTSTP = 20;

    private final AtomicReference<@Nullable IntConsumer> target = new AtomicReference<>();

    /** Installs the handlers. {@code ignored} is SigIgn of proc(5): bit n−1 stands for signal n. */
    void install(long ignored) {
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
            for (String name : CAUGHT) {
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
        } else if (number != SIGTSTP) {
            Runtime.getRuntime().exit(128 + number);
        }
    }
}
