package org.sluice.notify;

import org.osgi.annotation.versioning.ProviderType;

/** Which files a sandbox may open. Thread-safe. */
@ProviderType
public interface FileRules {

    /**
     * Decides one opening.
     *
     * @param opening one with a {@linkplain Opening#path path}
     */
    Decision decide(Opening opening);

    /** What is said of a path. */
    enum Standing {
        /** What was asked for is granted. */
        GRANTED,
        /** Something is granted there, but less than what was asked for. */
        NOT_ENOUGH,
        /** Nothing is granted there. */
        NO_GRANT,
        /** It is never opened for a sandbox, whatever is granted. */
        PROTECTED
    }

    /**
     * What the grants say.
     *
     * @param reason why, in a short sentence from a closed list
     * @param remedy the flag that would allow it; empty where it is allowed and where no flag can
     */
    record Decision(Standing standing, String reason, String remedy) {}
}
