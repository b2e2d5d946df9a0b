package org.sluice.core.approval;

import org.sluice.notify.ApprovalBackend.Answer;
import org.sluice.notify.ApprovalRequest;

/** The backends that others bring, by their names. Thread-safe. */
@FunctionalInterface
public interface Backends {

    /** None at all. */
    Backends NONE = (name, request) -> {
        throw new IllegalStateException("no approval backend " + name);
    };

    /**
     * Asks through the backend that is there now, on the calling thread.
     *
     * @throws IllegalStateException if there is none of that name, or it goes meanwhile
     */
    Answer ask(String name, ApprovalRequest request) throws InterruptedException;
}
