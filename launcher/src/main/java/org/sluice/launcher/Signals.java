package org.sluice.launcher;

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
 */
@SuppressWarnings("sunapi") // there is no other way to catch a signal; the module jdk.unsupported keeps it
final class Signals {

    private static final List<String> CAUGHT = List.of("HUP", "INT", "TERM", "TSTP");
    private static final int SIGTSTP = 20;

    private final AtomicReference<@Nullable IntConsumer> target = new AtomicReference<>();

    /** Installs the handlers. {@code ignored} is SigIgn of proc(5): bit n−1 stands for signal n. */
    void install(long ignored) {
        for (String name : CAUGHT) {
            sun.misc.Signal signal = new sun.misc.Signal(name);
            if ((ignored >>> (signal.getNumber() - 1) & 1) == 0) {
                sun.misc.Signal.handle(signal, caught -> pass(caught.getNumber()));
            }
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
