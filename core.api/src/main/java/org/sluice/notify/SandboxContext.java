package org.sluice.notify;

import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** What a handler may know of the sandbox that a call came from. Thread-safe. */
@ProviderType
public interface SandboxContext {

    /** The sandbox's name, unique in its supervisor. */
    String name();

    /** The rules in force. */
    Rules rules();

    /** The section of the sandbox's profile that belongs to {@code handler}. */
    Settings settings(String handler);

    /** The ports in use in the network namespace of a socket. */
    Ports ports();

    /**
     * The inodes of the sockets that processes of the sandbox hold open at this moment, as {@link Socket#inode} and the files
     * of {@code /proc/net} number them. Each question looks at every process.
     */
    default Set<Long> sockets() {
        return Set.of();
    }

    /** Which files may be opened; nothing where there is no file broker. */
    default FileRules files() {
        return opening -> new FileRules.Decision(FileRules.Standing.NO_GRANT, "no grant", "");
    }

    /** Records an event for the audit file and for listeners. */
    void event(Event event);

    /** Says something to the person who runs the sandbox, on stderr and in the log; nothing with {@code -q}. */
    void tell(String message);
}
