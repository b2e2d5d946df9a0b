package org.sluice.core;

import java.util.concurrent.CompletableFuture;
import org.osgi.annotation.versioning.ProviderType;

/** A process that was started in a sandbox. Thread-safe. */
@ProviderType
public interface TargetProcess {

    /** The process id. */
    int pid();

    /** Completed when the process has ended and all its descendants are gone. */
    CompletableFuture<ExitStatus> exit();

    /** Sends a signal by pidfd; nothing happens if the process has ended. */
    void signal(int number);
}
