package org.sluice.notify;

import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Files that exist only inside a sandbox, such as a {@code /proc/net/tcp} of its own. A {@link SyscallHandler} that also
 * implements this contributes them to every sandbox that it takes part in.
 */
@ConsumerType
public interface VirtualFiles {

    /** The canonical absolute paths that this handler serves, as the target would spell them with its own pid as {@code self}. */
    Set<String> paths();

    /**
     * The content of one of {@link #paths} at this moment; empty if the target should get the file of the kernel.
     *
     * @param path one of {@link #paths}
     */
    Optional<Bytes> content(SandboxContext sandbox, Target target, String path);
}
