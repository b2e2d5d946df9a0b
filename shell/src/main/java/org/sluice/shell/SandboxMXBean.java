package org.sluice.shell;

/** A sandbox, for JMX. */
public interface SandboxMXBean {

    /** Its name. */
    String getName();

    /** The process identifier of its first process. */
    long getPid();

    /** How many calls were denied. */
    long getDenied();

    /** Whether its rules are locked. */
    boolean isLocked();
}
