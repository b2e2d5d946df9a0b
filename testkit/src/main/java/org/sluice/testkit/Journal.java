package org.sluice.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.sluice.core.SandboxEvents;
import org.sluice.notify.Event;

/** What happened in the sandboxes of a test. Thread-safe. */
final class Journal implements SandboxEvents {

    /** A handler that is asked more often than this is better tested by its state. */
    private static final int MOST = 100_000;

    private final Map<String, Notes> notes = new ConcurrentHashMap<>();

    /** Of one sandbox; guarded by itself. */
    private static final class Notes {
        final List<SeenCall> calls = new ArrayList<>();
        final List<Event> events = new ArrayList<>();
        final List<String> told = new ArrayList<>();
        boolean overflowed;
    }

    private Notes of(String sandbox) {
        return notes.computeIfAbsent(sandbox, name -> new Notes());
    }

    void saw(SeenCall call) {
        Notes here = of(call.sandbox());
        synchronized (here) {
            if (here.calls.size() < MOST) {
                here.calls.add(call);
            } else {
                here.overflowed = true;
            }
        }
    }

    @Override
    public void event(String sandbox, Event event) {
        Notes here = of(sandbox);
        synchronized (here) {
            here.events.add(event);
        }
    }

    @Override
    public void told(String sandbox, String message) {
        Notes here = of(sandbox);
        synchronized (here) {
            here.told.add(message);
        }
    }

    List<SeenCall> calls(String sandbox) {
        Notes here = of(sandbox);
        synchronized (here) {
            if (here.overflowed) {
                throw new IllegalStateException("more than " + MOST + " calls reached the handlers in " + sandbox
                        + "; let the handler count in its state, and look there");
            }
            return List.copyOf(here.calls);
        }
    }

    List<Event> events(String sandbox) {
        Notes here = of(sandbox);
        synchronized (here) {
            return List.copyOf(here.events);
        }
    }

    List<String> told(String sandbox) {
        Notes here = of(sandbox);
        synchronized (here) {
            return List.copyOf(here.told);
        }
    }
}
