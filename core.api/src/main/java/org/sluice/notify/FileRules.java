package org.sluice.notify;

import java.util.Optional;
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

    /**
     * Verifies the content of a file that the profile wants to be trusted. It is then {@linkplain Opening#snapshot fixed}:
     * what was verified is what the call reads.
     *
     * @param opening one with a path, of which reading is granted
     * @return empty for every other file
     */
    default Optional<Finding> verify(Opening opening) {
        return Optional.empty();
    }

    /** What becomes of a file that is not trusted. */
    enum Response {
        /** It is not opened. */
        DENY,
        /** It is opened; the person who runs the sandbox is told, and an event recorded. */
        WARN,
        /** It is opened, and an event recorded. */
        AUDIT
    }

    /**
     * What was found of a file.
     *
     * @param response what is done if it is not trusted
     * @param trusted whether it is
     * @param reason by what it is trusted, or why it is not, in a few words
     * @param digest the SHA-256 of what is read, in hexadecimal; empty where that was not fixed
     * @param remedy what would make it trusted; empty where it is
     */
    record Finding(Response response, boolean trusted, String reason, String digest, String remedy) {}
}
