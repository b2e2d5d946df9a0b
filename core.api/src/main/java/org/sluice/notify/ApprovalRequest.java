package org.sluice.notify;

import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What somebody is asked about: one call of a target that waits. The path and the command's name are the target's choice;
 * whoever shows them escapes what a terminal would act on. Immutable.
 */
@ProviderType
public interface ApprovalRequest {

    /** A number of its own in this supervisor. */
    long id();

    /** The sandbox's name. */
    String sandbox();

    /** The process that made the call; it waits, so the number is its own. */
    int pid();

    /** The name of the thread that made the call, as the kernel keeps it. */
    String command();

    /** The canonical path of what would be opened: that very object is opened if the answer is yes. */
    Bytes path();

    /** Whether it would be read. */
    boolean reads();

    /** Whether it would be written or made. */
    boolean writes();

    /** How long an answer is waited for. */
    Duration timeout();

    /** The access in a word: {@code read}, {@code write} or {@code read and write}. */
    default String access() {
        return !writes() ? "read" : reads() ? "read and write" : "write";
    }
}
