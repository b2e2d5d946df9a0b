package org.sluice.core;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.sluice.notify.ApprovalBackend.Answer;
import org.sluice.notify.ApprovalRequest;

/** The questions that wait for an answer from the supervisor's shell ({@code --approve shell}). Thread-safe. */
@ProviderType
public interface Approvals {

    /** Those that wait, oldest first. */
    List<ApprovalRequest> waiting();

    /**
     * Answers one.
     *
     * @param id its number
     * @throws IllegalArgumentException if it does not wait (any more)
     */
    void answer(long id, Answer answer);
}
