package org.sluice.core;

/** A sandbox that could not be started. The message names the thing, the place and the remedy, in one line. */
public final class StartException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** What failed, as the exit status tells it. */
    public enum Kind {
        /** Sluice itself: 125. */
        SUPERVISOR(125),
        /** Handlers that the profile names are not active: 125. */
        HANDLERS(125),
        /** The command cannot be executed: 126. */
        NOT_EXECUTABLE(126),
        /** There is no such command: 127. */
        NOT_FOUND(127);

        private final int status;

        Kind(int status) {
            this.status = status;
        }

        /** The exit status that a shell gives. */
        public int status() {
            return status;
        }
    }

    private final Kind kind;

    /** Without a cause. */
    public StartException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** With what it was caused by. */
    public StartException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What failed. */
    public Kind kind() {
        return kind;
    }
}
