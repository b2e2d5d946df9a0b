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

    /**
     * The names by which the walk came to the object: as {@link #path}, but for what has been renamed since each of them was
     * looked up. Who judges a file by its name asks both, or a rename at the right moment hides it. The same as {@link #path}
     * where the sandbox's profile has nobody judge files by their names.
     */
    default Optional<Bytes> trail() {
        return path();
    }

    /** The type of the object and its permissions, as st_mode in inode(7); 0 where there is none yet. */
    default int mode() {
        return 0;
    }

    /** How many names the object has (hard links); 0 where there is none yet. */
    default long names() {
        return 0;
    }

    /**
     * Fixes what the call reads: takes the content of a regular file as it is now. From here on the call gets that content
     * and nothing else, in a file of the target's own that nobody can change, whatever becomes of the one at {@link #path}.
     * Asked again it says the same. May wait for a disk.
     *
     * @param most the most bytes that are taken
     * @return empty, and the call goes on as it was, for what is no regular file, is longer, may not be read, or is opened
     *     for more than reading
     */
    default Optional<Bytes> snapshot(int most) {
        return Optional.empty();
    }

    /**
     * What stands in a regular file beside this one, read with the target's rights, whatever the sandbox is granted.
     *
     * @param ending what its name has after this one's, such as {@code .sig}
     * @param most the most bytes that it may have
     * @return empty if there is none that can be read; a symbolic link is none
     */
    default Optional<Bytes> beside(String ending, int most) {
        return Optional.empty();
    }
}
