package org.sluice.testkit;

import java.util.List;
import java.util.Optional;
import org.sluice.notify.Address;
import org.sluice.notify.Verdict;

/**
 * One call that reached a handler under test.
 *
 * @param sandbox the sandbox's name
 * @param handler the handler's name
 * @param name the name of the system call
 * @param arguments the six registers
 * @param address the address argument, as the handler was given it
 * @param verdict what the handler answered; empty if it failed
 * @param failure what the handler threw; empty if it did not
 */
public record SeenCall(
        String sandbox,
        String handler,
        String name,
        List<Long> arguments,
        Optional<Address> address,
        Optional<Verdict> verdict,
        Optional<Throwable> failure) {

    /** Copies the arguments. */
    public SeenCall {
        arguments = List.copyOf(arguments);
    }
}
