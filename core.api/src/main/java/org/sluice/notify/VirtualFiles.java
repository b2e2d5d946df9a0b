package org.sluice.notify;

import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Files that exist only inside a sandbox, such as a {@code /proc/cpuinfo} of its own. A {@link SyscallHandler} of stage
 * {@link Stage#TRANSLATE} or {@link Stage#ANSWER} that also implements this contributes them to every sandbox that it takes
 * part in. The calls that open files are then trapped there, without {@link Traps} that say so, unless the sandbox does
 * without virtual files.
 *
 * <p>A file is known by what a path leads to, so every spelling of its path is meant: symbolic links, {@code ..},
 * descriptors of directories. What only looks at names, such as stat(2) and a directory's list, still shows the machine's.
 *
 * <p>Both methods are held to what {@link SyscallHandler} says of threads and of failures.
 */
@ConsumerType
public interface VirtualFiles {

    /**
     * What this handler serves in one sandbox, asked once when that sandbox starts: canonical absolute paths, each of a
     * file, or with a slash at its end of all that is below a directory and of that directory. The directory of whatever
     * process or thread is called {@code /proc/self}.
     *
     * @param settings this handler's section of the sandbox's profile
     * @return empty to serve nothing there
     */
    Set<String> paths(Settings settings);

    /**
     * The content of a file that is opened for reading, at this moment. The target gets a file of its own that holds it and
     * that nobody can change.
     *
     * @param path what the target opens, in the form of {@link #paths}; for a process's or thread's own file
     *     {@code /proc/self/…}, whichever process of the sandbox it belongs to
     * @return empty if the target should get the file of the kernel, of the sandbox's private network where that has one
     */
    Optional<Bytes> content(SandboxContext sandbox, Target target, String path);

    /**
     * The same, for a handler whose files tell of its state; the core calls this one.
     *
     * @param state what the handler keeps for the sandbox
     */
    default Optional<Bytes> content(SandboxContext sandbox, State state, Target target, String path) {
        return content(sandbox, target, path);
    }
}
