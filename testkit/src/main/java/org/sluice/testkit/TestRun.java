package org.sluice.testkit;

import java.util.List;
import java.util.Map;
import org.sluice.notify.Denial;
import org.sluice.notify.Event;

/**
 * What a command left behind that was run in a sandbox. Immutable.
 *
 * @param status its exit status, or 128 and the number of the signal that ended it
 * @param out what it wrote to standard output, read as UTF-8
 * @param err what it wrote to standard error, read as UTF-8
 * @param calls what reached the handlers under test, in the order of their answers
 * @param denials what was denied, oldest first
 * @param events what was recorded by any handler
 * @param told what was said to the person who runs the sandbox
 * @param states what each handler under test kept when the command had ended, by the handler's name
 */
public record TestRun(
        int status,
        String out,
        String err,
        List<SeenCall> calls,
        List<Denial> denials,
        List<Event> events,
        List<String> told,
        Map<String, Map<String, Object>> states) {

    /** Copies. */
    public TestRun {
        calls = List.copyOf(calls);
        denials = List.copyOf(denials);
        events = List.copyOf(events);
        told = List.copyOf(told);
        states = Map.copyOf(states);
    }

    /** How often a system call reached the handlers under test. */
    public long count(String call) {
        return calls.stream().filter(seen -> seen.name().equals(call)).count();
    }
}
