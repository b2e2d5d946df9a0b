package org.sluice.shell;

/** A handler in one sandbox, for JMX. */
public interface HandlerMXBean {

    /** Its name. */
    String getName();

    /** The bundle that offers it now, empty if none does. */
    String getBundle();

    /** Its state, as {@code sluice:handlers} shows it. */
    String getState();

    /** Calls so far. */
    long getCalls();

    /** Calls that it failed so far. */
    long getFailures();

    /** What half of its calls took at most, in nanoseconds, to within a factor of two. */
    long getP50Nanos();

    /** What 99 of 100 calls took at most, in nanoseconds, to within a factor of two. */
    long getP99Nanos();
}
