package org.sluice.notify;

import org.osgi.annotation.versioning.ProviderType;

/** The thread that made a call. Its numbers serve for records; they may be used again once the thread has ended. */
@ProviderType
public interface Target {

    /** The thread's id as the supervisor sees it. */
    int tid();

    /** The id of the thread's process as the supervisor sees it. */
    int pid();

    /** The thread's name as the kernel keeps it (at most 15 bytes), for records. */
    String command();
}
