package org.sluice.notify;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Asks somebody whether a sandbox may do what no grant allows: a person at a terminal, another program. Register it as a
 * service with the property {@link #NAME}; a sandbox whose profile or {@code --approve} names it is asked about through it.
 *
 * <p><b>Threads.</b> {@link #ask} is called on threads of the core, concurrently for different requests, and may take as
 * long as {@link ApprovalRequest#timeout}; then, or when the call that waits has gone, its thread is interrupted. What it
 * returns after that counts no more, and the call is held up until it has returned, for a second at most.
 *
 * <p><b>Failure.</b> An exception, {@code null} and silence deny.
 */
@ConsumerType
public interface ApprovalBackend {

    /** Service property: the name that a profile chooses it by; third parties use reverse-DNS. */
    String NAME = "sluice.approval.name";

    /**
     * Asks, and waits for the answer.
     *
     * @throws InterruptedException when the answer is not wanted any more
     * @throws IllegalStateException if nobody can be asked; the message is a short phrase that says why, for the record
     */
    Answer ask(ApprovalRequest request) throws InterruptedException;

    /** What is answered, from the least to the most in either direction. */
    enum Answer {
        /** Yes, for this one call. */
        ONCE,
        /** Yes, until the sandbox ends, for the same path and access. */
        SESSION,
        /** Yes, for the same path and access in every sandbox of the same profile from now on. */
        ALWAYS,
        /** No, for this one call. */
        DENY,
        /** No, for the same path and access in every sandbox of the same profile from now on. */
        NEVER;

        /** Whether it is a yes. */
        public boolean approves() {
            return compareTo(ALWAYS) <= 0;
        }
    }
}
