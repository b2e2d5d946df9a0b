package org.sluice.launcher.inside;

/** A command that cannot go on; the message is one line for the user, who gets {@code status}. */
final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** Sluice itself failed. */
    static final int STATUS = 125;

    private final int status;

    Failure(int status, String message) {
        super(message);
        this.status = status;
    }

    /** Sluice itself failed. */
    static Failure of(String message) {
        return new Failure(STATUS, message);
    }

    int status() {
        return status;
    }
}
