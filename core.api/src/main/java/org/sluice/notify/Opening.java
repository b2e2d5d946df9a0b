package org.sluice.notify;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a call would open (open(2)): the path has been walked in the target's root and from its working directory or
 * descriptor, once, and what it leads to is pinned. What is decided about it holds for what is opened. Valid as long as
 * its call; safe for use by the thread that handles the call.
 */
@ProviderType
public interface Opening {

    /**
     * Where the object is, or would be made: absolute, without symbolic links and dots. Empty where the path leads nowhere
     * ({@link #unresolved} says why) and where the object has no name: a pipe, a deleted file.
     */
    Optional<Bytes> path();

    /**
     * The same place in the form of {@link VirtualFiles#paths} if the object is in procfs or sysfs and is opened for its content.
     * Empty elsewhere, and for O_PATH; and cheaper to ask for than {@link #path}, since most of what is opened is elsewhere.
     */
    default Optional<String> kernelFile() {
        return Optional.empty();
    }

    /** The errno for which the path leads nowhere, or 0. */
    int unresolved();

    /** Whether there is nothing yet at {@link #path}, so that a file would be made. */
    boolean isMissing();

    /** Whether the call asks for reading. Neither reading nor writing is asked for with O_PATH. */
    boolean reads();

    /** Whether the call asks for writing; so do O_TRUNC, O_CREAT and O_APPEND. */
    boolean writes();
}
