package org.sluice.policy;

/** Something that a person wrote and that cannot be used: a profile, a rule, a flag. The message is one line for that person. */
public final class PolicyException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** A line that names the thing, the place and the remedy. */
    public PolicyException(String message) {
        super(message);
    }

    /** A line about something that failed below. */
    public PolicyException(String message, Throwable cause) {
        super(message, cause);
    }
}
