package org.sluice.launcher;

/** A command line that cannot be followed, or a start that failed; the message is one line for the user. */
final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }

    UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
