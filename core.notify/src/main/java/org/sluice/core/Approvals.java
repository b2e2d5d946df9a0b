package org.sluice.core;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.sluice.core.approval.Remembered;
import org.sluice.notify.ApprovalBackend.Answer;
import org.sluice.notify.ApprovalRequest;
import org.sluice.notify.Bytes;

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

    /**
     * What was answered for good when somebody was asked about an access.
     *
     * @param state the folder in which such answers are kept
     * @param profile the name of the profile
     * @param path canonical
     * @return empty if there is no such answer, or it cannot be read
     */
    static Optional<Boolean> remembered(Path state, String profile, Bytes path, boolean reads, boolean writes) {
        return new Remembered(Optional.of(state)).about(Remembered.key(profile), path, reads, writes);
    }
}
