package org.sluice.core.chain;

/** A handler's stay in the registry. Thread-safe. */
public interface Registration extends AutoCloseable {

    /** What was registered. */
    HandlerDescription description();

    /**
     * Takes the handler out of every chain. Returns when none of its calls is left, or after the drain time: then calls
     * that wait inside the core go on without it, and calls stuck in its code are refused. A second call does nothing.
     */
    @Override
    void close();
}
