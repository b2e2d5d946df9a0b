package org.sluice.policy.pattern;

/** A pattern that cannot be read: what is wrong, where, and how it is written. */
public final class PatternException extends Exception {

    private static final long serialVersionUID = 1;

    private final int position;

    PatternException(String message, int position) {
        super(message);
        this.position = position;
    }

    /** The first character that is wrong, counted from 0. */
    public int position() {
        return position;
    }
}
