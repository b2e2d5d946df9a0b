package org.sluice.testkit;

import java.util.Optional;
import org.sluice.notify.Bytes;
import org.sluice.notify.Opening;

/**
 * What a made-up call would open.
 *
 * @param path the canonical path; empty where there is none
 * @param unresolved the errno for which the path leads nowhere, or 0
 * @param isMissing whether a file would be made
 * @param reads whether reading is asked for
 * @param writes whether writing is asked for
 */
public record FakeOpening(Optional<Bytes> path, int unresolved, boolean isMissing, boolean reads, boolean writes)
        implements Opening {

    /** An existing file that is opened for reading. */
    public static FakeOpening reading(String path) {
        return new FakeOpening(Optional.of(Bytes.utf8(path)), 0, false, true, false);
    }

    /** An existing file that is opened for writing. */
    public static FakeOpening writing(String path) {
        return new FakeOpening(Optional.of(Bytes.utf8(path)), 0, false, false, true);
    }
}
